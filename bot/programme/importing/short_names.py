"""First names with the forms by which the same people are called, where one begins with another letter: those that
begin alike are known by that.
"""

from __future__ import annotations

from collections import defaultdict

_OF_ONE_NAME = """
abigail gail
agnes nessa senga
albert bert bertie
alexander xander sandy sasha lex
alexandra sandra sandy sasha zandra lexi
alfred fred freddie
alison ali
amanda mandy manda
amelia millie milly mia
andrew drew
angela angie lina
ann anne anna nan nancy
annabel arabella bel bella
anthony antony tony
antonia antoinette toni
barbara babs
beatrice beatrix bea trixie
camilla millie milly
carol caroline carolyn lyn lina
catherine catharine cathryn kathleen katherine katharine kathryn katrina caitlin cath cathy cat kate katie katy kath
    kathy kay kit kitty karen trina rina
charles charlie chuck
charlotte charlie lottie lotte
christopher kristopher chris kris kit topher
christine christina kristina kirsten chris kris chrissie tina
cynthia cindy
dominic nick nic
dorothy dorothea dot dolly dora thea
edmund ed eddie ted ned
edward ed eddie ted teddy ned
eleanor elinor ellie nell nora
elizabeth elisabeth elspeth eliza elsie elise ellie lisa lisbeth liz lizzie lizzy liza libby bess bessie beth betty
    betsy isabel isobel
emily millie milly
emma em
emmanuel immanuel manuel manny
frederick fred freddie
geoffrey jeffrey geoff jeff
georgina gina georgie
gerald gerry jerry
geraldine gerry jerry
gerard gerry jerry
gwendolyn gwen wendy
harold harry hal
harriet hattie etta
helen helena ellen nell nellie lena
henrietta hetty etta
henry harry hal
hubert bert
isaac zac zak
isabel isobel isabella izzy bel bella belle
james jim jamie seamus hamish
jacqueline jackie jacqui
jeremy jerry
john jonathan jack jon ian sean shaun ivan evan
joseph joe
josephine jo josie
laurence lawrence larry
leonard len lenny
lilian lily
louise lou
lucinda cindy lucy
madeleine madeline maddie lena
margaret marguerite maggie madge marge margot meg megan peg peggy greta rita daisy
martina tina
mary maria marie molly polly may
matilda tilly
melissa lissa
michael mike mick
mohammed muhammad mohamed hamid
nathaniel nathan nat nate
nicholas nick nicky colin
nicola nicole nicky nikki cole colette
olivia liv livvy
patricia pat trish tricia
patrick pat paddy
penelope penny nell
philippa pip pippa
rebecca becky becca becks
richard rick dick
robert rob robin bob bobby bert
ronald ron
rosalind rosamund rosemary rose roz
sarah sara sally sadie
stephanie steph
susan susannah suzanne sue
theodore theo ted teddy
theresa teresa tess terri
tobias toby
valentina tina
vanessa nessa
veronica ronnie nica
victoria vicky tori
virginia ginny
wilhelmina minnie mina billie
william will bill billy liam
winifred winnie freda
yvonne evonne
zachary isaac zac
"""

_LINES: defaultdict[str, set[int]] = defaultdict(set)
for _n, _line in enumerate(_OF_ONE_NAME.replace("\n    ", " ").split("\n")):
    for _name in _line.split():
        _LINES[_name].add(_n)


def of_one_name(name: str) -> frozenset[int]:
    """The lines in which a name stands: two with one in common may be one person's."""
    return frozenset(_LINES.get(name, ()))
