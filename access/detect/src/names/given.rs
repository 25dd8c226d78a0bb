//! Given names of North America, Britain, Germany, France, Spain: the frequent ones, lower case, without accents.

/// Parted by white space.
pub(super) const NAMES: &str = "
aaron abbie abby abel abigail abraham ada adam adan addison adela adele adelaide adele adriana adrian adrien adrienne agathe
agnes agustin ahmed aidan aime aimee alain alan alana albert alberta alberto aldo alec alejandra alejandro alex alexa alexander
alexandra alexandre alexandria alexia alexis alfonso alfred alfredo ali alice alicia alina alisha alison alissa allan allen
allison allyson alma alondra alvaro alvin alyssa amaia amalia amanda amaya amber amelia amelie ami amina amparo amy ana anais
anastasia anatole anders andre andrea andreas andree andres andrew andy anette angel angela angelica angelika angelina angelo
angie anita anja anke ann anna annabelle anne annegret annelie annemarie annett annette annie anselm anthony antje antoine
antoinette anton antonia antonio april araceli aranzazu arcelia archie ariana arianna ariel armand armando armin arnaud arno
arnold aron arthur arturo ashlee ashleigh ashley asuncion athena aubrey audrey august augusta auguste augustin aurelie aurelio aurora
austin autumn ava avery axel aurelien azucena bailey barbara barry bartholomeus beatrice beatrix beatriz becky belen ben benedicte
benedikt benita benito benjamin bennie benoit bent bernadette bernard bernardo bernd bernhard bernice bert berta bertha berthold
bertram bertrand beryl bessie beth bethan bethany betty beverley beverly bianca bill billie billy birgit birgitt birte
björn bjorn blair blake blanca blanche bobbie bobby boris brad bradley brady branden brandi brandon brandy breanna brenda
brendan brenna brent bret brett brian briana brianna bridget brigitta brigitte britney brittany brittney brooke bruce bruno bryan
bryant bryce brynn bryony caitlin caitlyn caleb calvin cameron camille camilla camilo candace candice candido candy capucine cara
carina carl carla carlo carlos carlton carly carmela carmelo carmen carol carole carolin carolina caroline carolyn carrie carsten
casandra casey cassandra cassidy cassie catalina catarina catherine cathrin cathy cecile cecilia cecil cedric celeste celestin
celia celina celine cesar chad chantal charlene charles charlie charlotte chase chelsea chelsey cheryl cheyenne chloe chris christa
christel christelle christi christian christiane christie christina christine christoph christophe christopher christy chuck
cindy claire clara clarence clarissa claude claudette claudia claudine claudio claus clayton clemence clement clifford clifton
clinton clive clyde cody cole colette colin colleen collin concepcion connie connor conny conrad constance consuelo cora corey
corinna corinne cornelia cory courtney craig cristal cristian cristina cruz crystal curtis cynthia cyril cyrus daisy dakota dale
dalia damian damien damon dan dana daniel daniela daniele daniella danielle danny dante daphne darin darius darlene darrell darren
darryl daryl dave david davide dawn dean deanna debbie deborah debra declan deirdre delia della denis denise denisse dennis denny
derek derrick desiree destiny detlef detlev devin devon diana diane dianna dianne didier diego dieter dietmar dietrich dillon dina
dirk dolores dominic dominik dominique domingo don donald donna dora doreen doris dorothea dorothee dorothy doug douglas drew duane
duncan dustin dwayne dwight dylan earl ebony eddie edgar edgardo edelgard edith edmond edmund edna eduardo edouard edward edwin efrain eileen elaine
elba eleanor elena eleonore eli elia eliana elias elijah elisa elisabeth elise eliza elizabeth elke ella ellen ellie elliot elliott
ellis elmer elodie eloy elsa else elsie elvira elwood emil emile emilia emilie emilio emily emiliano emma emmanuel emmanuelle encarnacion enrique
enzo eric erica erich erick erik erika erin ernest ernestine ernesto ernst erwin esmeralda esperanza esteban estela estelle esther
ethan etienne eugene eugenia eugenie eusebio eva evan evangelina eve evelia evelin evelyn everett ezequiel fabian fabien fabio
fabienne fabiola faith falko fatima federico feliciano felicia felicitas felicity felipe felix ferdinand fermin fernand fernanda fernando fidel
filomena fiona flavio flora florence florencia florentina florian floyd fox frances francesca francis francisca francisco franck
francois francoise frank frankie franziska franz fred freda freddy frederic frederick frederik frederique friedhelm friedrich frieda
fritz gabriel gabriela gabriella gabrielle gael gaelle gail galo garrett garry gary gaston gavin gemma gene genevieve geoff geoffrey georg
george georges georgia georgina gerald geraldine gerard gerardo gerd gerda gerhard gerhild germaine german gertraud gertrud gerta
gil gilbert gilberto gilles gillian gina ginger giovanni gisela gisele gladys glen glenda glenn gloria gonzalo gordon grace graciela
graham grant greg gregg gregor gregorio gregory greta gretchen griselda guadalupe gudrun guido guillaume guillermina guillermo gunda gunter gunther gustav
gustave gustavo guy gwen gwendolyn hailey haley hanna hannah hannelore hannes hans harald haley harley harold harriet harrison
harry hartmut harvey hayden hayley hazel heather hector heide heidemarie heidi heike heiko hein heiner heinrich heinz helen helena
helene helga helge helmut helmuth henning henri henriette henry herbert heriberto herman hermann hermenegildo herminia hilaire hilary hilda hilde hildegard
holger hollie holly homer honore hope horacio horst howard hubert hugo hugues humberto hunter ian ibrahim ida ignacio igor ike ilse imanol
imelda immaculada ines inga inge ingeborg ingo ingrid inmaculada irena irene iris irma irmgard isaac isabel isabell isabella isabelle
isaiah isaias isis ismael isobel israel itziar ivan ivonne ivy jack jackie jackson jaclyn jacob jacqueline jacques jacquelyn jade jaime
jake jakob james jamie jan jana jane janet janice janin janine janina janis jared jasmin jasmine jason javier jay jayden jayne jean
jeanette jeanine jeanne jeannette jeff jeffery jeffrey jenna jennie jennifer jenny jens jerald jeremiah jeremias jeremy jermaine jerome jerry jesse jessica
jessie jesus jill jillian jim jimena jimmie jimmy jo joachim joan joann joanna joanne joaquin joaquina jocelyn jochen jodi jodie jody joe joel joelle
joerg johann johanna johannes john johnathan johnnie johnny jon jonas jonathan jonathon jordan jordi jorg jorge jose josee josef josefa
josefina joseph josephine josette josh joshua josiane josiah josie joy joyce juan juana juanita juanito judith judy jules julia julian juliana juliane julianna
julie julien julienne juliet juliette julio julius june jurgen justin justina justine jutta kai kaitlin kaitlyn kara karel karen karin karina karl
karla karlheinz karolina karolin kate katharina katharine katherine kathleen kathrin kathryn kathy katie katja katrin katrina katy kay kayla kayleigh kaylee
keith kelli kellie kelly kelsey ken kendra kenneth kenny kent kerry kevin kieran kiara kim kimberly kirk kirsten kirsty klara klaus konrad konstantin krista
kristen kristi kristie kristin kristina kristine kristopher kristy krystal kurt kyle kylie lacey lance larissa larry lars latasha latoya laura laure laurel
lauren laurence laurent laurie laurine lawrence leah leanne lee leigh leila lena lennart leo leon leona leonard leonardo leonel leonie leonor leopold leroy
leslie lester leticia levi lewis liam lidia lieselotte liesel lilia lilian liliana lilli lillian lillie lilly lily lina linda lindsay lindsey linnea lionel lisa lisandro lise liz lloyd
logan lois lola loni lonnie lora loraine loren lorena lorenzo loretta lori lorie lorraine lothar lou louis louisa louise lourdes luc luca lucas lucia luciano lucie lucien
lucienne lucila lucille lucinda lucy ludwig luis luisa luise lukas luke lupe luz lydia lynda lyndsey lynn lynne lynda mabel macarena mackenzie maddison madeleine madeline madelyn madison
magali magda magdalena maggie maik maike malcolm malte mandy manfred manola manon manuel manuela manuelle marc marcel marcela marcelle marcelino marcelo marcia marco marcos marcus marcy margaret
margarita margaud margery margit margot margret marguerite maria mariah marian mariana marianne maribel marica marie mariela marilyn marina mario marion marisa marisol marissa maritza marjorie mark
markus marlene marlies marlon marsha marta martha martin martina martine marvin mary maryann marylene mateo mathew mathias mathieu mathilde mathis matilda matilde matt matteo matthew matthias matthieu
mattie maud maude maura maureen maurice mauricio mauro max maxime maximilian maximiliano maxine may maya mayra meagan megan meghan meike melanie melina melinda melissa melody melvin mercedes merche mercy
meredith mia micaela micha michael michaela micheal micheel michel michele micheline michelle mickael miguel mike mikayla mila mildred milena millie milo mina mindy minerva minna miranda
mireille mirella mireya miriam mirjam mitchell mohamed mohammad mohammed moises moritz mollie molly mona monica monika monique morgan moritz mustafa myriam myrna nadia nadine nadja nancy nanette naomi narciso
natalia natalie natasha nathalie nathan nathaniel nayeli neil nellie nelly nelson nestor nevaeh nicholas nick nickolas nico nicola nicolas nicole nicolette nigel nikita niklas nikolai nikolaus nina noah noe noel noelia
noemi noemie nora norbert noreen norma norman norwin octave octavia octavio odette ofelia olaf olga oliver olivia olivie olivier ollie omar oriol orlando ortrud oscar oskar ottilie otto owen pablo paige pam pamela paola paris pascal pascale pascual
pastora patience patricia patrice patricio patrick patrik patty paul paula paulette paulina pauline paulino paz pedro peggy penelope penny percy perla perrine pete peter petra phil philip philipp philippe phillip phoebe phyllis pierre pilar
piedad pia priscilla quentin rachael rachel rafael rahel rainer ralf ralph ramon ramona randall randolph randy raoul raphael raquel raul ray raymond raymonde raymundo reagan rebecca rebekah reggie regina reginald regine reina reiner reinhard reinhold remedios remi remy rena renata renate renato
rene renee reto rex reyna reynaldo rhonda rhys ricarda ricardo richard rick rickey ricky riley rita rob robert roberta roberto robin robyn rocio rochelle rocky rod roderick rodney rodolfo rodrigo rogelio roger roland rolf romain roman romina romeo ron ronald ronda
ronja ronnie roosevelt rosa rosalia rosalie rosalinda rosario rose roseann rosemarie rosemary rosenda ross rowan roxana roxane roxanne roy ruben ruby rudi rudolf rudolfo rudy russell rusty ruth ryan sabina sabine sabrina sally salma salome salvador sam samantha sammy samuel
sandra sandro sandy santiago santos sara sarah sasha saul savannah scott sean sebastian sebastien selena selina selma serge sergio seth shana shane shania shannon shari sharon shaun shauna shawn shawna shay sheena sheila shelby shelia shelley shelly sheri sherri sherry
sheryl shirley sibylle sidney siegfried sierra sigmund sigrid silke silvia silvie simeon simon simona simone sofia solange sonia sonja sonya sophia sophie spencer stacey staci stacie stacy stan stanley stefan stefanie steffen stella stephan stephane stephanie stephen sterling steve steven
stewart stuart sue summer susan susana susann susanna susanne suzanne svea sven svenja swantje sydney sylvain sylvia sylvie tabea tabitha tamara tami tammie tammy tania tanja tanner tanya tara taryn tasha tatiana tatjana taylor ted teofilo terence teresa teri terrance terrell terrence terri
terry tess tessa thea thelma theo theodor theodore theophile theresa therese thibault thibaut thierry thilo thomas thorsten tia tiffany tilo tim timo timothee timothy tina tobias toby todd tom tomas tommy toni tonia tony tonya torsten traci tracey tracie tracy travis trent trevor tricia trinidad trinity
tristan troy tyler tyrone uli ulf ulla ulrich ulrike ulrika ursel ursula uschi uta ute uwe valentin valentina valentine valeria valerie valerio van vanesa vanessa vera vernon veronica veronika veronique vicente vicki vickie vicky victor victoire victoria victoriano viktor viktoria vincent violet violeta
viola virgil virgilio virginia virginie vivian viviane volker volkmar wade waldemar wallace walter walther waltraud wanda warren wayne wendelin wendy werner wesley whitney wilfried wilhelm wilhelmine will willard willi william willie willy wilma wilmer winfried wolf wolfgang wolfram wyatt
xaver xavier ximena yago yannick yasmin yesenia yolanda yolande yves yvette yvonne zachary zacharie zachery zoe zoey zofia
abigail amos alonzo angus antony arlene ashton audra barney basil benedict bernardino blas bonifacio brad candelaria carolann ceferino chelo chus clotilde conrado cosme damaso dani desi dionisio dorotea edelmira elba eligio eloisa
emelina emigdio epifanio eric estefania estrella eufemia eutimio evelio fabricio faustino feliciana fito flor florentino fortunato fulgencio gema georgina gertrudis gisela godofredo gregorio haydee heliodoro hernando herminio hilario hipolito
iker inigo iria isidora isidoro itxaso iñaki jacinta jacinto javi jenaro jeronimo jonatan jose-maria juan-carlos juan-manuel juanma juli leandro leocadia leoncio leyre lope loida luciana luis-miguel lupita macario manolo marcial mariano marita martirio mauricio
maximo melchor modesto montserrat nacho nando natividad nazaret nereida nicanor nicodemo nieves nilda obdulia octavia olalla onofre osvaldo ovidio paca paco pancho paloma pepe pepita plinio porfirio primitivo priscila prudencia quique quirino ramiro raimundo
reyes ricarda rico roque rosalva ruy sabas samu sandalio sancho saturnino segismundo seve severiano silvestre silvio socorro soledad sosimo susanita tadeo tecla telmo tere timoteo tito toribio toño trini ulises urbano valero vidal vilma visitacion wilfredo
xiomara yaiza yessica yeni zaira zoraida
anneliese ansgar aleksandar aleksandra almut arnulf baerbel barbel bettina burkhard carmine cathleen catrin constanze dagmar danuta denny dorit edeltraud ekkehard ellinor elfriede emine ernestine erhard evelyne friederike friedrich-wilhelm gesine götz gotz
gunnar guenter gunther günter hanni hans-dieter hans-jürgen hans-peter hans-joachim heinz-georg hedwig hella hendrik herma hildegund hiltrud ilona ilka imke irmtraud isolde jasna jost juergen jürgen kati karl-heinz kathi katarina kerstin kirstin lilly ladislaus lia liselotte lorenz lutz
mareike margarete margarethe marika marlis marliese mehmet merle mechthild milan mirco mirko nikola nils nuray ole osman patrizia piotr raik reinhild rico roswitha rosemarie rosel rüdiger rudiger sascha saskia siegmund siegrid sigurd silvana sina slavica sonia steffi susi sönke tanya teresa theodor thekla traute traude
udo ulli urs veit verena vinzenz waldtraut walburga wenke wibke wiebke wieland xenia yannik zdenka zeynep
adele agathe aime alexandrie alix alphonse anouk antoinette arlette astrid aude augustine berengere brigitte cecile celina charlot christiane claudine clemence colas danielle daniele denise diane dorothee edith elisabeth eleonore emile eugene franck frederique gabrielle gerard gilbert guilhem hortense
honore inès jacqueline jeannine joseph laetitia lorraine lucy luce madeleine maggie margaux marguerite marthe maryse matthieu michele michelle nathalie noel odile olivie patrick paulette penelope philippine raymond robert roland roger sabine stephane susan suzanne sebastien tristan thomas theophile valerie véronique victoire zacharie zoé
abdul aaliyah aisha alejandra amir anil anita arun ashok deepak fatima hassan hussain imran javed khalid krishna mahmoud mehdi mei min ming mohamed nadia nasir omar priya raj rajesh ravi rohan sanjay sara sunil suresh vijay wei xiao yan yusuf zara
bobbi brandie britt buddy carey cari carroll chandra cherie clint colton cooper dalton darla deana debora dena deven dion dominque donnie dorian dusty easton ebony edie eddy elisha elyse erika ernie ervin faye felicia forrest frederic gavin gayle geneva gerry giana gracie hal hank harlan hattie ida iva ivory jackie jacklyn jacquline jamal jami janelle jarrod jasper jayson jeanie jeannie jenifer jeremiah jerri jess jodi johnathon joni jordyn josephine jovan juliet kari karrie kasey kathie kathi katelyn kayleigh keisha kelley kellen kerri kirsten kristal kristan kristie kurtis ladonna lana landon lashonda latonya leanna leann leigh lesley lindsay lorenzo lorna louie lucinda luther lyle madeline malik malinda mallory margo marla marlin marquis marty maurice maxwell meagan melisa melvin mercedes misty monte nichole nicolas nina nora norman octavia opal parker patti patsy perry porter preston quinn rachelle ramiro randi raven regan rena rhett roslyn roxanne royce sabrina sadie shanna shaquita shelton sherrie shonda skyler sonja stefanie susanna sylvia tabatha tamika tate tera terra tierra tobin tracie trisha tyrell valarie vince violet virgil wade wendi wilbur woodrow yvette zach
benjamin elliot francesca georgia jayne joan kieran lorraine maurice olivia reece rosie shaun tom zoe albie alfie annabel barnaby callum carole clare darcy deborah dominic eileen elsie esme ewan fergus finlay freya geraldine gillian glenys graeme hugh iain imogen jemma jeremy kirsty leanne lindsey mohamed niamh nigel nicola oliver pauline penelope poppy rhian rhys rory ross russell sheila sian stewart stuart suzanne tracey trevor valerie wayne yvonne
";
