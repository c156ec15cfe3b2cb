"""Pairs that a model trained on the mixture is meant to know by heart, and categories with their members."""


def _pairs(text: str) -> list[tuple[str, str]]:
    """Reads "key:value" words in the order they stand."""
    pairs = []
    for item in text.split():
        key, value = item.split(":")
        pairs.append((key, value))
    return pairs


# Country and capital.
CAPITALS = _pairs("""
    France:Paris  Italy:Rome  Spain:Madrid  Germany:Berlin  Japan:Tokyo  China:Beijing  Russia:Moscow
    Egypt:Cairo  Greece:Athens  Norway:Oslo  Sweden:Stockholm  Finland:Helsinki  Denmark:Copenhagen
    Poland:Warsaw  Austria:Vienna  Hungary:Budapest  Portugal:Lisbon  Ireland:Dublin  Belgium:Brussels
    Turkey:Ankara  Iran:Tehran  Iraq:Baghdad  India:Delhi  Nepal:Kathmandu  Thailand:Bangkok  Vietnam:Hanoi
    Cuba:Havana  Peru:Lima  Chile:Santiago  Kenya:Nairobi  Ghana:Accra  Senegal:Dakar  Morocco:Rabat
    Tunisia:Tunis  Syria:Damascus  Lebanon:Beirut  Bulgaria:Sofia  Romania:Bucharest  Serbia:Belgrade
    Croatia:Zagreb  Latvia:Riga  Estonia:Tallinn  Ukraine:Kyiv  Canada:Ottawa  Colombia:Bogota  Ecuador:Quito
    Uruguay:Montevideo  Qatar:Doha
""")

# A word and its opposite. Asked in this direction only.
ANTONYMS = _pairs("""
    hot:cold  big:small  fast:slow  happy:sad  rich:poor  old:young  high:low  long:short  hard:soft
    strong:weak  dark:light  early:late  full:empty  clean:dirty  open:closed  wet:dry  loud:quiet  thick:thin
    wide:narrow  deep:shallow  brave:afraid  cheap:expensive  near:far  up:down  left:right  good:bad
    first:last  day:night  love:hate  war:peace
""")

# Singular and plural.
PLURALS = _pairs("""
    dog:dogs  cat:cats  bird:birds  tree:trees  house:houses  car:cars  boat:boats  king:kings  teacher:teachers
    farmer:farmers  child:children  mouse:mice  man:men  woman:women  foot:feet  tooth:teeth  wolf:wolves
    leaf:leaves  city:cities  story:stories  lady:ladies  knife:knives  horse:horses  pilot:pilots
""")

# Nouns of subject-verb agreement: singular and plural.
AGREEMENT_NOUNS = _pairs("""
    dog:dogs  cat:cats  king:kings  teacher:teachers  farmer:farmers  pilot:pilots  child:children  key:keys
    picture:pictures  author:authors  horse:horses  car:cars
""")

# Verb and past tense.
PAST_TENSES = _pairs("""
    walk:walked  talk:talked  jump:jumped  play:played  look:looked  call:called  go:went  see:saw  take:took
    give:gave  run:ran  eat:ate  sing:sang  write:wrote  find:found  come:came  make:made  know:knew
    break:broke  speak:spoke  open:opened  help:helped  sleep:slept  buy:bought
""")

# An animal and the sound it makes at night.
SOUNDS = _pairs("""
    dog:barks  cat:meows  cow:moos  lion:roars  duck:quacks  bee:buzzes  snake:hisses  wolf:howls  sheep:bleats
    owl:hoots  frog:croaks  bird:sings
""")

# Category and its ten members.
CATEGORY_MEMBERS = {
    "fruit": "apple banana cherry grape lemon mango orange peach pear plum".split(),
    "animal": "dog cat horse wolf lion tiger bear mouse sheep goat".split(),
    "tool": "hammer saw drill wrench axe shovel rake pliers chisel file".split(),
    "color": "red blue green yellow purple black white brown pink gray".split(),
    "vehicle": "car truck bus train boat plane bicycle tram ship van".split(),
    "metal": "iron copper gold silver tin zinc lead nickel steel bronze".split(),
}

# Member and its category.
CATEGORIES = [(member, category) for category, members in CATEGORY_MEMBERS.items() for member in members]
