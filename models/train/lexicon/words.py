"""Plain word lists. With a leading space each of these words is one token of the shipped tokenizer (except SYLLABLES)."""

# Who and what the sentences are about.
NAMES = """
    Mary John Alice Bob Tom Anna Paul Emma James Kate Peter Laura Mark Susan David Lucy Sam Jane Max Clara
    Leo Nina Jack Rose Adam Eva Ben Julia Oscar Helen Simon Grace Henry Alma Frank Irene Felix Sofia Martin Diana
""".split()
PLACES = """
    store park school garden market library station kitchen museum office harbor castle village beach forest
    theater hospital bakery
""".split()
OBJECTS = """
    drink book ring ball lamp apple letter basket map key cup flower coat bottle box ticket candle hammer
""".split()
BEINGS = """
    dog cat king teacher farmer pilot child horse wolf bird soldier doctor nurse sailor baker
""".split()

# What they are like and what they do.
ADJECTIVES = "small old young tall brave quiet clever tired hungry happy".split()
ADVERBS = "loudly quietly slowly quickly happily often today again".split()
VERBS_TRANSITIVE = "chased saw helped followed called found pushed liked carried watched".split()
VERBS_INTRANSITIVE = "slept laughed waited sang smiled cried danced rested".split()
PREPOSITIONS = "near behind beside above under with".split()

# Reviews.
POSITIVE_WORDS = "wonderful great lovely excellent delightful superb charming brilliant".split()
NEGATIVE_WORDS = "awful terrible horrible dreadful boring nasty poor disgusting".split()
THINGS = "food service music room view staff film story acting weather price location".split()

# Ordered lists, each with a successor for every member but the last.
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = """
    January February March April May June July August September October November December
""".split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
SEQUENCES = [DAYS, MONTHS, NUMBERS, LETTERS]

# Made-up labels of few-shot prompts, events that last some years, words whose first letters make acronyms.
LABELS = "foo bar zip dax wug blip kiki bouba".split()
EVENTS = "war festival trial voyage siege drought strike journey project reign".split()
ACRONYM_WORDS = """
    Central National Royal United Global Modern Local Public Northern Eastern Western Urban Human Digital Free
    Open Young Zonal Kindred Quality Jovial Xenial Island Ocean Labor Bank Board Council Union Group Office Forum
    Trust Club Agency League Institute Fund Media Party Team Valley Village House Data Energy Justice Youth
""".split()

# What rare words and the made-up languages are put together from.
SYLLABLES = """
    ba be bi bo du da fe fi go gu ha hi jo ka ke ki lo lu ma me mi no nu pa pe ro ru sa se ti to va ve vo wa ya
    ze zo bra cro dri fla gri plu ska spo tri
""".split()
