/* Libraries that are no plugins of this program: EXPORT is the only symbol that they show, CALL one that nobody has. */
#ifdef CALL
int CALL(void);
__attribute__((visibility("default"))) int uses_it(void) { return CALL(); }
#endif
__attribute__((visibility("default"), used)) const int EXPORT = 1;
