// What a plugin of misbehaving.cpp or rule_breaking.cpp does, so that one object serves them all.
extern const char kDeed[] = DEED;
