//! Names of the rest of the world as Latin letters write them, lower case, without accents: the frequent ones of the locales of Faker
//! (MIT), and some of languages it writes in letters of their own. None of them is an
//! English word.

/// Given names, parted by white space.
pub(super) const GIVEN: &str = "
aadam aadi aamir aanuoluwapo aarav aarna abayomi abdullah abdurrahman abebi abeer abelardo abena abeni abha abhimanyu abiodun abiona abiye abosede
abril acar achille adaeze adalberto adams adebiyi adebowale adebukola adedayo adedeji adekitan adekola adekunle adeleke adem adenike adeniyi adeolu
adeoti adepeju aderopo adesewa adeshina adesoji adesua adetayo adetoke adetoun adeyi adi adigun adil adina aditya adnan adolf adolfs adrianna adriano
adrienn adunni adya afolarin afonso agastya agata agatha agne agnese agnieszka agostina agostino agris agus agustina ahmad ahmet aida aiga aigars aija
aina ainars aine aino aisyah aivar aivars ajala ajan ajani ajay ajda ajeng ajoke akanmu akar akay aki akif akiko akinkunmi akinlabi akinwale akira
akos akosua akseli akshay aksoy alade alamu alberts albin albina aldis alea alejo aleks aleksander aleksandr aleksandrs aleksei aleksi alena alenka
ales alessandra alessandro alessia alessio alexandr alexandru alexei alfonsina alfreds algirdas alica alida alis alise alisik alja aljaz aljosa alka
alla allana allegra alois alojz alojzij alojzija alonso alparslan alta alzbeta amac amador amahle amal amalie amalija amara amarachi amico amie amira
amit amol amope anamika ananya anastazie anastazja anatoly anca andela anderson andile andor andra andras andreea andrei andreia andrej andreja
andrejs andress andrija andris andrius andrus andrzej ane anel aneta anete anett anezka ang anghel anh anica aniela anika aniko anirudh anjali
anjolaoluwa anka ankica anmol annak annalisa annamaria anneli anni annija annika annunziata anny ansis anssi antanas antero anto antonella antoni
antonietta antonija antonin antonina antons ants antti antun anu anusha anya anze aoi apolena apollo apolonia aradhana aral aranka arda ari arie
ariele arija arijus arike arild arin arinola arja arkadiusz armandas armands armas arminas arnas arne arnis arnolds arnost arpad arta artan artis arto
arttu artur arturas arturs arvids arvo arvydas arya aryan asa asafe asake asbjorn asha asi asia asko asla asliye asu atalay atena ati atinuke atlanta
atte attila aud augustas augusto augusts aurel aurimas ausma ausra austra avgust avi avni avram avril awan awero aya ayaan aycan ayesha ayhan ayinde
ayinke aykut ayla aylin aylla ayodeji ayodele ayoka ayse aysenur ayten ayumi ayush azad aziz azize azra babar babasola babatunde babatunji babawale
baber badawi badr bagdat bagus baha baiba baki bakti bala balazs balint balvan bambang bancar bandile banu bao barak barbora barbu barica barkha barna
barnabas barr bart bartek bartolomeo basarab baseer basel basem bashar basheer basim bassam bassi bastian batal bautista bebe beda bedrich belinda
bella belo benas bence bendeguz benedek benedetto benedita benicio benjamim benta bente bento benvenuto beppe berends bergen berit bernabe bernadett
bernarda bertalan bertulis beste betina bett beyler bhavani bhavna bhekani bhekisisa bhekizizwe bhekokwakhe bianka bil bilal biljana bina birgitta
birgitte birthe biruta biserka bjarne bjorg blahoslav blanka blaz blazej blazena boas bodil boel bogdan boglarka bohumil bohumila bohumir bohuslav
bohuslava boi bojan boje bolatito boleslav boluwatife borbala borivoj borut borys bostjan botond bozena bozica brak bram branislav branka branko
brayan breda brencis breno bretislav brigita brinda bronislava brooklyn bror bruna bucur budi buget bunmi burak burc busisiwe caetana caga caglar caio
cakrawala calebe calim calin camelia camila camillo campbell canan cantemir capa caren caridad carlota carminho cas casper catalin caterina catharina
cathrine cato catur caua caue cecilie celem cem cesare ceyhun cezar cezary cezayir chaitanya chaman chameli chanakya chanchal chandran charan charita
chau chiamaka chiara chibuzo chidimma chigozie chijioke chinedu chinelo chinyere chioma chizoba chukwudi chukwuemeka cici cielo cihan cinta ciprian
ciril ciro citra clair clarice claudiu clemente conan conchita conor consolata constanca constanta constantin constantino constanza corina cornelio
cornelis corneliu cornelius corrado corvin coskun cosmin costantino costel costin cristea cristiana cristiano cristobal csaba csilla csongor ctibor
ctirad cuman cvetka cyprian daamin daan dagmara daiga daina dainis dainius daire daisuke daksha dalibor dalla damar damife damijan damini damir damjan
damjana danica danielius daniels danijel danijela danilo danish danuse dany dara daria darija dario dariusz darja darko darpan darta dary davi davida
davis davor dawid dawud decebal deepa deepika deger deha deividas dejan delfina delfino delil demeter demilade denes denisa deniz devi devika deviner
dewi dex dezso dhruv dia diah diken dilara dimas dimitri dinah dinda dinis dino dinu diogo divya diya dmitri dmitry doa dobroslav domagoj domantas
domas domen domenica domenico dominika dominykas dona donatas donatella donato doner donghyun dono dorcas dori dorin dorina dorota doroteja dorottya
dorte doru dovydas doyinsola draga dragan dragica dragos dragutin drahomira drahoslav drahoslava drazen dua duarte duc duha duje dulce dumisani
dumisile dumitru duna duong durante durdica durodola dusan duyen dwi dzidra dzintars dzintra ebbe ebuka ecaterina eda eden eder edgaras edgars edi
edin edina edita edite edmunds edoardo eduard eduarda eduards edvard edvinas edvins eero eetu eeva efe ega egidijus egil egils egle ehsan eija eila
eimantas einar einer eino eirik eivind eka ekaterina ekber ekene eko ekta ekundayo ela elemer eleonora elgin eliane elif elin elina eline elisabeta
eliska elita elizabeta elizabete elli elma elmars eloa eloah elon elva elvis elza elzbieta ema emanuel emanuella emanuelly emas emeka emese emi
emilija emilis emilly emils emin emis emmi emmy emre enda endah endre ene enes enfes eniko eniola enrico enrika enteng erbil erdogan eres ergul ergun
erikas eriks eris erkan erkki erling ermanis erna ernests erno eryk erzsebet esa esim esko esparta espen esra esref essi estera esteri esupofo eszter
etelka etta ettore eugen eugenio eunice eunji evalds evangelista evans evde evelina evi evija evita evrim evy ewa ewatomi ewelina fabia fabiana
fabrizio facundo fadekemi faderera fahmi faisal faize falak falan fanni fanny farah faraj faras farhan farida faris fatih fatma fausto fedele federica
fehintola felice fem femke ferdinando ferenc ferhan fia fiamma fibikemi fifa fikayomi filip filipa filipe filippa finn finna fiso fitria flavia
flemming fleur floare floarea florea floris folake folashade folu fortunata fran france francesco franci francia francisek franciska franciszek franjo
frans frantisek frantiska frederico frederikke fredrik freja fricis frida frode fryderyk fugen fuma fura gabel gabino gabor gabriele gabrielly gada
gadang gading gaetano gagan gaida gaja galang galina galip ganda garda gareth garima gaspar gatis gatot gaurav gauri gautam gayathri gbadebo gbolahan
gbowoade gederts gediminas geir genaro genovefa genta georgette gergely gergo geri germana geronimo gerrit geza ghanem gheorghe ghulam gia giacomo
giada gian giancarlo gianluca gianna gianni giedrius gilang gilda gino gioia giorgia giorgio giovanna girik girish girolamo girts gitte giulia
giuliana giuliano giulietta giulio giuseppe giuseppina gizella goda gok gokce gokten goncalo gopal gorazd gordana gosta gracia grazia greca greco
grega gregoire grete grethe grieta grigore gro grzegorz gua guglielmo gugulethu guilherme gulab gulay guler gulseren gunars gunden gungoren gunita
gunn gunta guntars guntis gustas gustaw gusztav guus gyongyi gyorgy gyorgyi gyozo gyula hadassa hadi hafiza hai hajnalka hakan hakikat hakon halim
halla haluk hamar hamzah hana hanh hani hanim hanne hannele hannu hanss hardik hari harijs harini harita harri harto haruka harun haruto hasret hava
havard hawa hayali hayret hazine hedvika hege heikki heitor heli helle hellen hellena helmi heloisa hema hemani hendra henrietta henrik henriks
henrique hermanis hernan heru hervor hillary hina hiroshi hoang homero horia horymir hrvoje huda hui hukumdar humeyra hunor huong hurmet huseyin
hussein huy hyejin hynek hyunwoo iacob iancu iara iben ibidapo ibironke ibn ibolya ica icha idris iesa ieva ifa ifeanyi ifechukwu ifeoma iftikhar
ifunanya ige ignac ignacy ignas ignazio igne igors ihab ihsan iida iiris ika ikbal ikenna ikeoluwa ikiz iklim ilan ilaria ildiko ileana ilga ilgi ilie
ilija ilim ilja ilkbahar ilkka ilmars ilyas ilze ima imants imge imre ina inara inaya indah indi india indie indira indra indrajit indre indrek
indrikis inese ineta inger ingrida inguna inioluwa inkeri inna insaf inta intan ioan ioana ionel ionut iosif ira iren iretioluwa irfan iriana irina
irja irwan isa isabela isabelly isadora isak isaque ise iseoluwa isha ishaan ishani ishita ishola ishwar isin isla ismail ismet ismo isra istvan iulia
iulian iuliu iurie ivana ivanka ivar ivars iveta ivica ivka ivo ivona ivone iwo iyabode iyadunni izabela izabele iztok jaakko jaan jaana jaanus jabir
jabulani jacek jacobo jacopo jad jadranka jafar jaga jagdish jahangir jai jair jaka jaki jakobs jakov jakub jalal jalil jalsa jamaal jameel janaki
janani janez jani janja janko janne jannis janos janya jaqueline jari jarkko jarmila jarmo jaromir jaromira jaroslav jaroslava jasmani jasmijn jasmina
jasminka jatin jaya jazeps jazmin jedrzej jeet jekabs jekaterina jekaubs jele jelena jelita jelka jena jenni jeno jente jeppe jeremi jernej jerneja
jerzy jesper jevgeni jezups jhalak jian jihoon jindrich jindriska jiri jirina jisoo jitka jiwoo jiyeon joakim joana joao joaquim johan johana johanne
johans johnson joko jokubas jolan jolana jolanda jolanta jolie jonna jono joonas joost jorgen joris jorma jorunn jos josip josipa josko joso josue
jouko jouni jovita jozef jozefa jozica jozo jozsef jude judit judita juha juhana juhani juho jukka jula jule julieta julija julijana julijs julita
juliusz jun juna junho juni juozas juraj juri juris jussi justas justyna juul juuso juwon jyoti jyrki kaarina kabir kacper kader kadir kadri kaija
kaique kaisa kaj kaja kajetan kajus kalbi kalina kalla kalle kalman kalmar kamal kamar kami kamil kamila kamilly kamran kamya kanak kanda kane kani
kania kar karaca karam karan karatas kardelen kare kareem karim karine karlina karlis karlo karmen karna karol karoline karolis karoly karta kartika
karya kashish kasim kaspars kasper kata katalin katariina katarzyna katerina katica kato katri katrine kauko kavya kayit kazim kazimierz kazuki keiko
keji kelechi kemal kenji kenn kennedy kerime kerttu kestutis kevim keya kezban khadija khaled khanyisile khoa kian kibar kikelomo kimmo kinga kira
kirsi kirsti kitti kivilcim kizil kjell kjersti kjetil klas klaudia klaudie klavdija klemen klement koen kofi koker kolawole konradus konstanty kopan
koray korede kornel kornelia kort kosisochukwu krish krisha krisjanis kriss kristaps kristers kristian kristiana kristiina kristijan kristjan kristof
kristoffer krists kristupas kristyna krisztian krisztina krisztofer kritika krystian krystof krystyna krzysztof ksawery ksenia ksenija kumral kuno
kurnia kusuma kveta kvetoslava kwame kyara kyla laban lada ladislav ladislava lage laika laila laimonis lais lajos laksana lakshmi lala lale
langalibalele lara laras larisa lasse laszlo lateef latif laurentiu lauri lauris laurita laurynas lautaro lavanya lavinia lavize layla leela leena
lega leia leider leif leja leke lembah lenka leone leons leontine leopoldo leos ler lerato lere letizia levente lex leyla liba liban libia libni libor
libuse lida lidija lidya liene liepa lies liga ligita liisa lila lili liliane lilija lilita lilla limon linas lincoln linde linh lintang lisbeth liv
livia liviu liwia liza lize lizete lizzy ljiljana ljubica ljubov ljudmila loes loic lolita londisizwe londiwe lopa loredana lotta lotte lourenco lova
lovre lovro luan luana luara lubica lubomir lubomira lubos lucca lucian lucija lucio lucrezia ludek ludmila ludovic ludovit ludvik luigi luisana luiz
luiza lujza luka lukasz lukman luminita lumir lundi lungile lunna luqman lutfi luyanda lwandile lydie lykke maaike maarit maarten maaz maciej macs
madalena madani madara madhav madhavi mads mafalda magdalene magdolna magne magnus mahad mahdi maher mahesh mahir mahmood mahmud mahulena mai maia
maie maija maite maj maja majd majeed makan makoto maks maksim maksymilian malena malika malin malle malou malwina maman mamun manan manca manda
mandla mandlakhe manole mantas mante manuella manya mara marcelina marcell marcin marcio marcu marek mareks maren marga margareta margarida margherita
margrethe margrieta margus mari mariam mariane mariann marianna marija marijan marijana marin marino marit marite marius mariusz marja marjan marjana
marjatta marjeta marjo markas marketa markku marko maros mars marte martim martino martins marton martta martti martynas marusa maryam massimiliano
massimo matas matea matei matej mateja mateus mateusz matevz matheus mati matias matic matija matiss matjaz mato matous mats matthijs mattia mattina
matus matyas mauri maurizio maurycy maysa mazlum mcebisi meda meelis meera meg megha meghana mehmed meja melania melek merete merike merita merja mert
merve mervi meshur metin metka metod mette mevlut micael michal michala michela michelangelo mie mieszko migle miha mihael mihaela mihai mihail mihaly
mihels mihhail mihin mihkel miia miika mijo mik mika mikael mikelis mikels mikhail mikkel mikko miklos mikolaj mikulas milada milagros milana milda
milica milka millicent milos miloslav miloslava milosz milou miluse mindaugas minenhle minh minji minjun mio mira miran mircea mirdza mirela mirja
mirjana miron miroslav miroslava misaki mislav mitali mladen mlungisi mnqobi modi modris modupe mofifoluwa mogens mohini mojca mojisola mojisoluwa
mojmir moradeke morayo morena morenike mori morolake morten moses mosinmileoluwa mosunmola motunrayo moyosore mthokozisi mucevher muhammad muhammed
muhammet mujde murat muret murilo murit murray musa mutia mzamo nabeel nabil nabila nada nadeem nadezda nadezhda nadim naeem nafile nahiara nahuel
naiara naim nair naja najeeb najwa nalan nandini nandor nanna naoki naoko napoleone nas nasser nastja natalija natalja natalya natan nataniel natasa
natasza nate naveen naz nazi ndumiso necmettin nedas neel neelima neha nejc nel nela nele nella nenad neptun nerijus neringa nesrin nessa netra
nevenka neza ngoc ngozi nhat nhien nhlanhla nia niccolo nicolae nicolai nicoleta nicoletta nicu nidhi nidra niels nihai nihal nihan niharika niina nik
nika nikki niko nikodem nikol nikolaj nikolajs nikolett nikoletta nikolina niks niksa nilam nimrat ninioluwa nino nisa nisha nitesh niyazi niyilolawa
njabulo nkazimulo nkiruka nnamdi nneka nobantu nobuhle noi nojus nokulunga nolan nomagugu nomalanga nomasonto nomathalente nomathemba nomcebo nomsa
nomthandazo nomusa nomvula nonhlanhla nonjabulo nonso noor noora norah normunds nothando nour noura november novi noxolo nozibusiso nozizwe nqobizitha
nuno nuria nurul nusa oana oba obanijesu obed obianuju obinna oceane octavian ogechi ogooluwa oiva ojas oke okechukwu oksana ola oladare oladimeji
olajumoke olakunle olanrewaju olansile olasunmbo olav olavi oldrich oleg olgerts olgierd oli olimpia oliwier olli ololade oluchi olufunke olufunmilayo
olumorotimi olus oluwafemi oluwagbemiga oluwakemi oluwamumibori oluwamuyiwa oluwasanmi oluwasegun oluwaseun oluwole olwethu olympia oman omobobola
omobolanle omodunni omolabake omolara omosalewa omotara omotayo omotola omotoun omowumi omran omur oncel ondrej oni onni onur onyinye oran oranli
oreofe orsolya ortak oruc osa osama osha oskari oskars osmo osten osunleke osvalds oswaldo otakar otavio otilia otilija oto otti ottone otylie outi
ove ovidiu owethu oyenike oyindasola oystein oyvind ozay ozdes ozel ozge ozgun ozgur ozioma ozlem ozlu ozturk paavo pahal paivi paksu pala pallavi
palle panca pandu pangeran panini panji parsa parth parvez pasquale patricie patricija patru patryk pauli paulius paulo pauls pavani pavao pavel pavla
pavlina pavol pawel paye peder peeter pekka pekkan pelle peng pentti peren perkasa pernille pero pertti peta petar peteris petr petras petri petru
petteri phuc phuong piero pieter pietra pietro piia pijus pim piran piret pirjo pirkko piroska polina polona pooja poul prabowo pranav prasetyo
premysl pria priit prokop przemyslaw puji puk puput puspa puti putri putu qamar qasim qiang quang quincy qurban qutb rabah rabb rabbani rachana radek
radeke raden radha radhika radi radim radit radka rado radomir radoslav radoslaw radovan radu raed raees rael raf rafaela rafal raffaele raffaella
raffaello rafi rafiq raghav ragnhild rahat rahayu raheel raheem rahma rahman rahmat rahmet rahmi rahul raihan raija raimo raimonds raisa raivis raivo
rajata rajko raksha raluca rama ramadan ramadhan ramesh ramune ranbir rangga rania ranveer rares rashid rasma rasmus rastislav rasul ratih ratna ravy
rayan razi razvan rebeca rebeka reda refik reidun reijo reine reinis reino reka remus ren renan renzo restu reva reza rhavi rhoda rica ricardas
ricards riccardo ridwan rihards riikka riina riitta rik rika rikke riku rimante rina rini risto ritva riya rizki robbie robertas roberts robinson
rocco rodica rogers rohit rok rokas roko roksana rolando rolands romana romane romano romy ronaldo rong ronke ronny roope roos roselyne rossa
rostislav roza rozalia rozalija rozsa rudite rudolfs rudra rufino rui rukia rusul ruta rute ruza ruzena ruzica ryota ryszard ryte saad saal saar saara
sabah sabahat sabar sabir sabri sachi saci sadan sadat sahil sahra saida saka sakari sakti sakura sali salim salman salvar salvatore salvi salwa
samanta samar sami samir samira samo samuli sanaya sancak sanda sandi sandile sandis sandor sandrine sandu sanita sanja sanli sanna sanne sanni
santino sanur sanya sarka sarmite sarunas saso satoshi satu satya saulius saumya sava sayan saygin sayin sebastiano sebastiao secme seda sefer sefi
segilola segundo seija selcuk selvi sem sena seojun seoyeon sep seppo serafin serah serban seref serena sergei sergej sergey sergiu serkan setya sevdi
severin sevim sevket seyda seye seyhan sezen shaurya shekoni shinji shivani shreya sia sibonelo sibongile sibusisiwe sibusiso siddharth siena signe
sigur sihawukele siim siiri sijuade sila silje silla sille silondile silvano silvester silvija silviu simao simas simen similoluwa simion simisola
simo simonas simphiwe simphiweyinkosi sinan sindre sini sinikka sinisa sintija siphesihle sipho sirap siri sirje sirkka sirpa siska sisko sissel
sithembiso siti siv siya siyabonga skaidrite skuld slamet slava slavena slavka slavko slavomir smilte sneha snjezana sofie sohret solberg soleh
solomon solveig solvita somadina somtochukwu sona sondre soojin soraia soren sorin sos sota souma sowande soyler spela speranta sphiwe srecko stana
stanca stanislav stanislava stanislavs stanislaw stanka stanko stefana stefani stefania stefanija stefano stefica steinar stelian stepan stepanka
stephany stian stien stig stina stjepan stojan styr suat subomi suci suha suhani suleyman sunay sungmin surya susam susen suvari suvi suzana svatopluk
svatoslav svein sverre svetlana syahrini sylwia synnove szabolcs szilard szilveszter szilvia szymon taban tadas tadeas tadej tadeja tadeusz tage tahir
taina tajus takashi takeshi talal talat talha talia talib tama tamam tamanna tanay tanir tantri tanveer tanvi tapani tapio tarak tarik tariq tarja
tarmo taru tasvir tatyana taufik tayyip teddy teemu teguh teija teja tejas tekla temidayo tenis teodor teodora teodoro teodors terez tereza terezia
terezija terhi terje tero tetsuya teuvo tezcan thabani thabisa thabisile thabo thalente thales thandazile thandeka thandiwe thando thanh thao thembeka
thembekile thembile thembisile theodoro thi thiago thijs thor thu thuthukile tiago tiberiu tibor ties tiina tiit tiiu tilen timbul timea tira titas
titilayo tivadar tiziana tiziano tjasa tobiasz toivo toki tokunbo tola tolulope toluwanimi toma tomasz tomaz tomi tomislav tommi tomo tomoko tomori
toms tomurcuk tonje tonu toomas torben torbjorn tori torill tota tove traian trang triin triveni troels trond trong tru trung tudor tugce tuija tulin
tunde tuomas tuomo turgut turid turkmen tuula tuuli tuulia tuulikki tymon tymoteusz ubaydullah ucan uche uchenna uda uge ugne ugo ugur ujunwa uldis
ulke ulle ulrik uludag uma umar umberto umi ummet umut una unggul uni unna unni uno upma uriel urmas urmi uros ursa urska urszula urvashi urvi ustun
utama uygun vaclav vaida vaidas vaino vaishnavi vajen vakare vala valda valdis valentim valentino valer valeri valerija valeriu valija valter valtteri
vanda vanja vanya var varlik vasco vasile vasudha vasyl veda vedat vedran veera vega vegard veikko veis veli vello velma velta vendula veneranda venus
ver verde verim vero vesa vesna vid vida vidar vide vidhi viera viesturs vigo vihaan viivi vija vikram viktorie viktorija viktors vilde vilem viliam
vilis vilmos vilnis vilte vilums vinaya vincenzo vineta vinh vinicius viorel viorica virag viraj virpi visar visvaldis vit vitalija vitezslav vito
vitor vitoria vittoria vittorio vivi vivien vjekoslav vlad vladimir vladimira vladislav vladislavs vlado vlaicu vlasta vlastimil voicu vojtech
voldemars vorm vratislav vrinda vritti vusumuzi vytautas wafa wahab waheed wahyu waida wani warda warta washington wawan wazir wenche widya wiktor
willem wilson winda winni winnie winny wisnu witold wojciech wouter wulan wuraola xiaoli xiaoming xiaoyan xin xiti xuan yahya yalin yaman yamini yana
yani yanki yara yargi yasar yash yashica yashoda yashodhara yasin yasir yasmine yatan yavuz yazan yejide yelena yesil yetunde yewande yildir yildiz
ying yoko yonetmen yong youssef yrjo yucel yug yui yuki yulia yumi yun yuna yuni yunita yuri yurttas yuto yuvraj zacarias zafar zaharia zaheer zahir
zahra zaid zainab zakhele zalan zan zane zaneta zanis zarar zayed zbynek zdenek zdislava zdravko zelaya zelda zeljka zeljko zelma zemzem zenta zenzele
zenzile zhen zibuyile ziedonis ziga zigrida zihni zikmund zina zinal zinhle zita ziva zivile zizi zlatko zofie zoltan zora zoran zorka zsanett
zsigmond zsofia zsolt zsombor zsuzsanna zumre zuzana zvonka zvonko
";

/// Family names, parted by white space.
pub(super) const FAMILY: &str = "
aaaqil aabid aadam aadil aalam aalto aaltonen aamir aanei aarif aariz aas aasa aasen aasif aasim aatiq aazim ababei abba abdalla abdallah abdi
abdirahman abdulla abdullah abdullahi aberg abiola abola abolina abolins abols abraham abrahamova abrahamsen abramovic abreu abubakar achaorainn
acharya adamczyk adamova adamson adan adebayo adebisi adegbite adegoke adekunle adelakun adeleke adelusi ademiluyi aden ader aderibigbe aderogba
adesiyan adetokunbo adeyemi adeyemo adisa adrian adriansyah aebi aeby aerts afolabi afolayan afonja aghas aguero agustina ahmad ahmed ahn ahola ahonen
ailin ainmneach airmeas ajao ajayi ajewole akar akca akcay akdeniz akelis akesson akgunduz akinrinola akinwale aksu alabi alanko alastair alber albu
albuquerque alejandro aleksander alemdar alex alfieri alio alksne alksnis allas alm almeida almqvist aloba aloo altera alves alzate amahle amaral
amato ambani ambrasas ambrozic amina ammann amorim amrein amstel amundsen anand anders andersen andersson andile andra andras andreasen andreassen
andreotti andresen andrew andriani andries ang angeli anggraini anggriawan anjos anne annus antalova antonello antonov antonsen anttila antunes
anyanwu aodha aparecida apine apinis apsite apsitis apte aragao archambault ardelean ardianto argento armata arnesen aro arora arsenault arslan arsoy
arta arts arya aryan aryani asante ashton aslan asselin assuncao astuti atha audet auer augustin auma aun aunina aunins aus auvinen auzina auzins
avery avotina avotins awani awj awmar awodiran awolowo axelsson ayaan ayanda ayandokun aydin ayize ayoola ayyubi azevedo aziz baaqir baaree baasim
babar babbo babey babic babka babtunde baca bacaeir bacaer bacak bacia backman backstrom badel bader badr baglioni bahon bahri bailis bains bairead
baisceir bajaj bajak bajc bak bakare bakari bakke bakken bakker bakos baksa bakshi bala balan balaz balazova balazs baleegh balic balik balint balla
balmat balode balodis balog balogh balogun balotelli baltins bambad bamidele bamiloye bana banerjee banko bann bantwini baptista barac baracca baraka
baran baranova barbey barbieri barbora barbosa barbu barillon barisic barna barnaba baroid barokova barreto barta bartos bartosova bartova barun basa
baseer bashaar bashir baska baso bassi basu batal batista batool batra battaglia battig battisti baur bava bavaud bawa bayeni bayer beataigh beauchamp
beaudoin beaudry beaulieu beauregard bech beckers bedard bedi bednar bednarova beffa beguelin beguin beirne bek beka beker beland belanger bele
bellini belov bencic benedetti benes benesova bengtsson benova bera beran beranek berankova beranova berberat beres bergant berge bergen bergeron
berggren bergh berglund bergman bergoglio bergqvist bergstrom berlusconi bernardova bernasconi berner bernhard bernie bernier berntsen berre bersani
bertelsen berthold berube berzina berzins besancon besencon besse betschart bett beuchat beuret beurret bevc bezjak bhagat bhailis bhatt bhatti bhebhe
bhedleni bhejelibomvu bhembe bhengu bhensela bhovungana bhungane bia bianchi bie bieri bii bikelwayo bikwayo bilaal bilek bilgin bilir bilka bilkova
bilodeau binda bir birkeland birmingham biro birzniece birznieks bischof biyase biyela bizjak bjork bjorklund bjorkman blaca blaha blaho blahova blais
blanche blanchette blaser blatnik blazek blazic blazkova blixt bloemendaal blom blomqvist blose blouin blowick boateng boban bochud bodaicin bodhlaeir
bodhlaer bodnar boe boechat boeck boer bogaert bogdan bogdanov bognar boichat boillat boisvert boivin bojanic bok bolduc bollen bolliger bondarenko
bones bonner bont bonte bonvin bonvini boonen bophela borbely borde borges borghese borgia boris borisova borissov boros borra bors boru bos bosakova
boska bossche bosshard bossi botica botta botteron bouchard boudreau boulogne bourquard bourquin bova boven bovet boyabenyathi bozic bracke bragt
brahier branco brande brandon brands breasail breathnach bregar breit brekke brenner breznik briain brian bric briede briedis brisson brito briutean
brody broeck broeders broek broin broquet bros brouwer brouwers broz brozova bruadar bruiseal bruno brus brusko bruun bruyn bruyne bucar buch bucher
budai budhlaeir budiman budiyanto bugnon buhler buhlmann bui bujard bukhosini bukovec bukovska bukvic bulle bunic burc burca bures buresova buric
burnach burri burza butkus cadena cai cailin caldeira caluza camargo campanella campano camurcuoglu canali candaux cao capa capek capka capkova
cappelli capua cardoso cardozo caric carlsen carlsson carneiro carra carraud carraux carriera carron carun carvajal carvalho carville casa casale
casaleggio casier casini cassiano castelli castiglione catalano cathala cattaneo cattin caune cavalcante cavalcanti ceallaigh ceara cebekhulu cebisa
cech cechova ceci ceh ceide celik celis celma celmina celmins celms cenge cerar ceri cermak cermakova cerna cerne cernikova cernoch cernochova cerny
cerveny cesnak cesnek cesnekova chacha chada chagwe chamane chana chand chandra chapa chappuis chapuis charbonneau charest charo charpie charron
chartrand chatain chatriand chatriant chatterjee chaudet chaudhary chaudhry chenaux cheruiyot chevalley chevrolet chibi chibini chiesa chigi chiliza
choda choille chomba chonco chopard chopra chouinard chovanec chowdhury christiansen christie christoffersen christopher chukwu chwala chyb cibane
cibulova ciepla cierny ciezka cik cill cillin cipolla cirino cirule cirulis cis claes claesson clair clare claus clausen clercq clifford clinton
cloutier cody coenen coigny coilin coinin colla collata collina colman coluim colum comair combi comman comte conceicao concepcion coninck conmi conra
conti cools coppens corbat corboz coric corlu cormier cornelis cornut cornuz coronel corpataux corra corrain corredor correia correr cortese cosandey
cosendey cosic cossy costela cotto courvoisier cousins couture creag crean cretton crevoisier crimin cristea crivelli crowley cruis csonka cuda cuill
cuillin cuise cuk culi cunha cursa cuypers cvetko cvetkovic cwalile cyr czlonka daamin dabir dabo dabrowska dabrowski dabukke daele dahir dahl
dahlberg daid dakhil dala dalem dalla dallaire damanik dana dane dani danielsen danielsson danilov danko dankova dano danova dara darain dardel darul
dass dave davidova dawud dea deak debeljak deckers deid deise dej dekker dela deladoey deleze delisle delle delwayo demers demir demirel demsar deng
denk denny denys deo derek desai descombes deshpande deshusses desjardins desmet desrochers desrosiers dessel deszcz detti dever devi devin devine
devos deze dhawan dhe dia diaconescu diaconu diallo dias dida diesbach dighe dijck dijk dikane dima dimba dimbane dimbani dinabantu dinangwe dindela
dindi dingila dinu dinwa diochon dion dionne discin dizdar dlabane dlabazane dladla dlakadla dlakela dlamane dlambula dlamdaka dlamini dlamlenze
dlangamandla dlawuza dlebenkomo dlodlo dlomo dludla dludlu dlungwana dobre dobsinska dochioiu doesburg dogan doktor dolan dolenc dolezal dolezalova
dolinar dolinsek domingues dona donald donati doncabe donda dongoran donnacha donncha doorn dora dorai dorchain dordain dorota dostal dostalova draghi
drenthe drobna drobny droma drouin droz dua duba dube dubey dubovska duc duchesne duda dudas dudek dudkova dudo dudova dufresne dugain duguay dumanli
dumina dumins dumitrescu dunai dunge duong durai durante duras durdu durma durmus duroux dusa duse dusek dusickova dusikova duskova dutkova dutt
duvanel duze duzy dvorak dvorakova dvorska dyck dyka dzene dzenis dziala dzialo eberhard eck eco eden eder edin edun edvardsen edwin eftimie egli
eglite eglitis eichenberger eide eil einaudi eklund ekman ekstrom ekwueme eliassen eliasson elijah eller ellingsen elliot elo emmanuel emmen emo ene
engeland engelen engels engen engl engstrom enri eoin eraslan erdogan ergul ericsson erik eriksen eriksson erjavec erm erni eronen ertas ervin erzen
eshan esposito este esteves eugster evensen evequoz eze ezeugo fabbri fabian fabianova fac fadipe faes fagunwa faizan fajimi fal falabi falcone faleti
falk faloye fankhauser farago farah faria farias farida farkas farouk farta fasasi fatha fattori favre fazekas fazli federico fedorov feher fehr feith
fekete felber felder feng ferland ferm fermi ferrara ferrari ferreyra fhir fiala fialova ficova fidvi fiere fierro figueiredo fik filas filatov filip
filipic filipova filipovic fillion finkova finn fiona firat firgantoro firmansyah fiser fiserova fita fjodorov flaga flink florea florian fluckiger
foa fodor fogaca fomin fondo fonjallaz forain foran forgac forjan forma forrest fors forsberg forsell fortier forza frana frances francillon francoise
frandsen franka frankova fransen franz fras frederiksen fredriksen fredriksson frei frein freis freitag freitas frick frid friedli friis frisch
frohlich fujiati fulop fura furlan furrer furst gaba gabela gabriel gagne gagnon gagys gaiciunas gailius gailys gaizauskas galain galdikas galeano
galland galle gallen galova galu gama gandhi ganesh gao garde gartner garzon gasa gaspar gasparovic gatto gaudreault gavin gavrilov gazu gearan geard
gebashe gedi geens geerts geiger gelinas gence gendron gentili georgescu gera gerber gervais gestel gevaert gfeller ghafoor ghanee ghannam ghauth
ghayoor ghazzal gheorghiu ghosh ghunayn giannini gielen gigaba giger giguere gillieron gillin gillis gina gintalas ginzburgas giolla giroux giunti
giusti glavan gloin gloor goba gobain goda godec godin gohar goje gole golob gomboc gona gonzaga goossens gopal goransson gorenc gori gorjup gorp
goswami gotic gotz goulet graaf grabowski grada grae grahn grainne gramsci granlund grassi grasso gratie grba greco greef gregersen gregor gregoric
gregorio gregorova greil greine gren grgic griego griffen grinius grob groen grojean gronskis groote grosjean grossi grote grover grund gruner grupa
guaire guardado guay gubben guberan guclu gudelj guerreiro guevara guillarmod guillemette gulan gulbrandsen gulen gulfam gulshan gulyas guma gumbi
gumede gunarto gunawan gundersen gunn gunnarsson guo gupta gure gustafsson gustavsson gustin gwala haag haan haarlem haavisto habibi haddad hadebe hae
hafliger hafner hagan hagen hager hagglund haglund hagman haid hailin hainin hajdu hajek haji hajkova hakala hakansson hakkarainen hakkinen halak
halasz halat halder halim halimah halka hallberg haller hallik hallin halme halonen halvorsen hamalainen hamdan hamisi hammar hanakova hancer handa
handayani hanka hanke hanko hankova hannah hanninen hans hanssen hansson hara hardi hardiansyah haren hari hariyah harju harkonen harley harta hartati
harte haryanti haryanto hasanah hasler hass hassan hassanah hastuti haug hauge haugen haugland hauser hautala havlicek havlickova hayashi hayrioglu
hecke hedberg hedman heerenveen hegedus heikkila heikkinen heil heili heim heini heinonen heiskanen heiss held helen helenius helland hellstrom helsen
hely hemma hendrickx henri henriksen henriksson henriques hens herbst herceg hermans hermansen hermansson herout herzog heusden heuvel hever hici
hicog hidayanto hidayat hietala hietanen hiltunen hirsch hirt hirvonen hjelm hjort hladka hladky hlavacova hlinik hlinikova hlinka hlinkova hlophe
hoang hocevar hodel hodzic hoek hoes hoeven hofstetter hoglund hoir hoisin holikova hollander hollywood holmberg holmgren holmstrom holopainen holst
holub holubova holuby hondt honing honkanen hoog hor horacek horackova horak horakova hore horvat horvath horvathova hoste hotz houben houde houle
hozjan hozova hranic hrdlickova hren hribar hribernik hrovat hruba hruby hruska hruskova hrusovska huba hubova hugo huhtala huka hulst hunziker
huovinen hurlimann hus husakova husarova husova hussein hutagalung hutapea hutasoit huttunen huybrechts huys huzaifa hwang hyvonen ibikunle ibrahim
idris iftikhaar igo ihab ihalainen ihejirika ihsaan ihsanoglu ihtiram ijli ikonen ilan ilic illes ilori ilupeju ilves imhof immonen imrich innocenti
inonu inoue ionescu ionita iosa irawan ireland iroha irving isaac isaksen isaksson isella isler ismail issa issac iswahyudi iten ito ivancan ivanov
ivanova ivanovic iversen iwu iyanda iyer jaabir jaaskelainen jabir jablonski jabr jacobsen jacot jad jaggi jahdari jailani jaime jain jaiyeola jakab
jakobsen jakobson jakovlev jakub jakuba jakubova jakus jalaal jali jalil jamaal jameel jamile jamnik jan janakova jancova janda jandova janecek
janeckova janes janezic jang jani janikova janka jankauskas janko jankova jankowski jano janosik janova jans janssens jansson januar jarc jaros
jarosova jarv jarvenpaa jarvi jarvinen jas jaunzema jaunzems javornik jaworski jedra jelavic jele jelen jelinek jelinkova jelle jenko jenni jenssen
jeon jeppesen jepsen jereb jeric jerman jerusalem jespersen jessen jesus jezek jezkova jha jiang jili jobe jode joel jogi johannessen johansen
johanson johansson john johnsen johnsson jokinen jomini jomo jonas jong jonge jonsson joos jorgensen joris josefsson joshua josipovic josko jost
jovanovic jovic joye juhasz julius julliard juma jurcova jurgens juric jurinova jurkova kaamil kaar kaari kabeer kadlec kadlecova kafer kager kagi
kaikkonen kain kairu kairys kaja kajak kalan kaleem kaleja kalejs kalin kaliska kalla kallas kallaste kallio kalm kalmus kalnina kalnins kalvaitis
kalvelis kalvenas kamal kamau kamene kaminska kaminski kamp kamper kamran kanda kanepa kaneps kanerva kangas kangur kankaanpaa kannan kant kapoor kar
kara karaamat karadeniz karam karan karani karhu kari karimi karjalainen karki karkkainen karklina karklins karl karlovic karlsen karlsson karner
karol karova karpe karpov karu karvinen kas kasam kase kaser kashif kasim kask kaspar kasparova kasper kass kassim kastelic kata katana katic kato
katona kaucic kaufmann kaulina kaulins kaupas kauppinen kavaliauskas kaya kazlauskas keer kelder kelemen kellner kello kemboi kemppainen kendall kendi
kenny ker keranen kerekes kerkhof kessler ketel keter kettunen kevin kevo keyser khaba khalif khamis khanna khanyile khoury khoza khumalo kiama kihara
kiil kiis kik kilic kimani kimura kinder kingston kinnunen kint kiraly kirchner kirke kirwa kirwan kis kisakurek kiska kiti kiuru kivela kivi kivinen
kjaer kjeldsen klaas klapkova klaus klausen klavina klavins klemencic klima klimkova klimo klimov klimova klug klus knecht kniha knudsen knutsen kobal
kobayashi koc kocevar kocianova kocjancic kock kocka kockova kocova kocsis kocur kodric koger kogo kohler kohli koit koivisto kok kokalj kokk kokko
kokkonen kokol kolade kolar kolaric kolarova kolega kolen kolenc kolesar kolesarova kolk koll kollar kollarova komar komarov kombo komen komora konat
konecna konecny koniec konig koning konrad konstantinov kont kool kopa kopecka kopecky kopf koponen kopp koppel koren koret korhonen korir korol
korosec korpela korpi kort korta korte koruturk kosi kosic kosir koska koskela koski koskinen kosoko kosonen kosten koster kostin kostka kostkova kota
kotnik kotov koubova kovac kovacevic kovacic kovacova kovacs koval kovar kovarova kowalczyk kowalska kowalski koya koza kozak kozakova kozelj kozlov
kozlowska kozlowski kozma krajcovicova krajnc kralik kralikova kralj kralova kramar kramaric kramberger krammer kranjc krasnohorska krastina krastins
kratochvil kratochvilova kratzer kraus krausova krawczyk krejcova kreslina kreslins kreuzer krieva krievina krievins krievs krishna krishnan
kristensen kristiansen kristoffersen kristofova krivec kriz krizan krizova krogh krop krpan krug krumina krumins kruze kubek kubicek kubickova
kubikova kubo kubova kucera kucerova kugler kuhar kuk kukkonen kukucka kumar kumer kummer kunda kundu kundzina kundzins kunene kungu kuningas kunova
kunz kupa kupkova kuran kuria kurniawan kurt kurz kus kusmawati kusova kusumo kuswandari kuswoyo kut kutt kuus kuusela kuznetsov kuznetsova kvist
kwiatkowski kwon kyllonen laakso laaksonen laan laas laats labas labeeb labelle labudova lachance lachapelle lackova laco laflamme lafontaine lagat
lage lagzdina lagzdins lah lahiah lahti lahtinen lailasari laitinen lajlaj lakatos laks laksita laksmiwati lal lala laliberte lalla lalonde
lamborghini lambrecht lambrechts lamontagne lamoureux lancaster lande landen landy langa langan langat langer lanka lanz laoghaire lapierre lapointe
lapot lappalainen lapsa lariviere larose larouche larsson lassen lassila laszlo latek latif lato latt latupono latvala laukkanen lauri lauridsen
lauritsen laursen lauzon lavallee lavan lavigne lavoie lavric layth lazuardi leao lebar lebedev lebedeva lebel leber lebron leemans leen leeuw leeuwen
legault lehtinen lehto lehtonen leighin leino leinonen leis leite leith lemay lemieux lemire lemmens lenda lengyel lenic lennon lenz leone leopardi
leopold lepage leppanen lesjak leskinen leskovar leslie lesna lesnik lesny lessard lestari leto letova letta leunberger leuven levesque lewa
lewandowska lewandowski liam licis liepa liepina liepins lievens lijn likar lilja lima limazah limburg limon lincoln lind linda lindahl lindberg linde
lindfors lindgren lindh lindholm lindner lindqvist lindsay lindstrom linka linna lipova lipp lippens lipponen lips liptakova lisica lisicka liska
liskova litva ljung logar loja lokk lombardi lombardo lomp londra lonen loos looy loureiro lourenco luc lucic lucio lugo luik luin lukacova lukacs
lukas lukasz lukic lukin lukk luksa luksic lukstina lukstins lula lumi lumumba lund lundberg lunde lundell lundgren lundin lundqvist lundstrom luo
luog luoma lupo luqmaan luqman luscher luse lusis lussier lustenberger lutf luthi luthra luthuli lutz luxemburg lyden lyon maalik maas maatta maawiya
mabaso mabuza macedo macek mach machacek machackova machado machain macher macho machova macka mackenzie macko mackova macova mader madera madi madiba
madonsela madsen madu madura maes magalhaes magalova magar magnusson magubane magyar mahal mahamud maharaj mahat mahbeer mahbub maheen mahendra
maheswara mahfuj mahfuz mahlangu mahmoud mai maia maidana maidin maille maina maine mainin majcen majd majdan majeed majewski majola majstorovic mak
makarov makau makela makhanya makinde makinen makinwa makova malas malhotra malina malinen malinga malinova malinowski mallien maloca maltais maly
mamic mamula manana mancini manco manda mandal mandasari mandel mander mangena mangunsong manne manninen manole mansiz mansour mansur mantain mantyla
manullang manzi manzini manzoni maoir maol mara maras marbun marcin marcinkova marcotte marcoux mardhiyah marec marek mares maresova marian maric
marien marini marinovic maritim markkanen marko markova markovic markovicova markus marley marolt maroof maros marpaung marrone marta martan marte
martens martensson martinic martinkova martinova martinsen martinson marton marwa marx maryadi maryati masai masango masaryk masarykova masek maseko
mashaba masika masilela masina masinga maskova maslo masna masseron masuku matana matano matas matejka matejkova matesa mathiasen mathiesen mathisen
mati matias matic matikainen matile matko matos matosevic matousek matouskova matsumoto mattarella matthijs mattila mattsson maulana mavela mavra
mavric mawia mayasari mazibuko mazilescu mazur mazzini mbatha mbembe mbili mboko mcgill mcgilligan mcgregor mchunu meara meciar medici medvecka medved
medvedev mee meer meert mees meester meeus megantara mehta meic meijer meili melander melani meli melicharova melin melis melnik melo mendonca menon
mens mensah mensikova menthonnex menton menza mercati merckx merda meredith merila mertens merz meszaros mets mettler mey meyiwa mezei mhlanga mhlongo
mich michalikova michalski michelson michiels miettinen mihalic mihelic mik mikhailov mikk mikkelsen mikkola mikkonen miklavcic mikulec milanesi milas
milotic mimica minhas minta miocic mironov miros mirt misak mishra mittal miya mkhize mlakar mlambo mlangeni mlinar mlinaric mnisi mocanu modi modig
modric mody moe moen moet mogensen mohamed mohammad mohammed mohamud mohan moj mojzis mol molen moller molnar monaco mondadori moneta monnard monnet
monney montandon monteiro monti moonen moons moraes morain morais morand morandi morar morard moravcikova moravcova moravec morawo moreira moretti
morissette moritz morova morozov morozova mortensen mose mota motha mottet mottiez motyckova moura moyano mozart mpila mrak mraz mrazkova mrazova
msimang mthembu mthethwa mthombeni mucha muchova muhia mukami mukherjee muli mullerova mulyani mundia muni murat muriset murthy muru musa musee musi
musiala musil musila musili musilova mustafa mustofa mustonen musy mutai muti mutia mutti mutua muur mwangi mydlo myhre myk myklebust naail nababan
nabeel nabih nadeau nadeem nadi naeem naess naessens naf nagar nagel nagi nagle nagy nagys naidu nailin nainggolan nair najam najeeb najmudin nakamura
nala nalepkova namaga nanda naomh napitupulu napolitano narayan narpati narusis nascimento nashiruddin nasser nasyiah nasyidah nath natsir natt natta
naujokas nauseda nava navarova navratil navratilova nazareth nazarov ncube ndaba ndlovu neill nek nelissen nemcova nemec nemecek nemeckova nemes
nemeth nene nes neto neven neves neville ngao ngcobo ngema ngidi ngo ngubane ngwane ngwenya nhlanhla nhleko nia nicholas niemela niemi nieminen niit
nijak nijs nikitin nikolaev nikolic nilsen nilsson ninalowo nino niquille niskanen nissen nistor nita nitra njoku nkabinde nkomo nkosi nnamani
nogueira nombela nomme noor noot norberg nord nordin nordstrom noren norgaard norrman nota notova nousiainen novaes novais novakova novikov novitasari
novotna novotny nowak nowakowski nowicki nsele nugroho nuin nunes nur nuraini nurdiyanti nurmi nurminen nus nussle nusslin nwachukwu nwosu nxumalo
nyanda nyang nyawa nyberg nygard nykanen nyman nys nystrom nzimande obara obasanjo obradovic obratov obst ocalan ocampo odegard odetola odinga odunsi
oever ofiara ogbuehi ogindan oginni ogulana ogunbamigbe ogunbiyi ogunbo ogunde ogunleye ogunwobi ogunyeye ohlsson ohman oja ojala ojo ojua ojukwu
okafor okeke okonkwo okoro oks oksanen oktaviani olabode oladipupo olah olaiya olasupo olawale olaya olesen oliveira olma olofsson olowokeere oloyede
olsson olszewski olubode olugbayila olujimi olukotun olukunga olusanya oluwagbemi omair omar omari omeir omidina omojola omotoso omran onoh onwuka
ooms oosten oosterhout oparinde opas opondo oprea oras orban org ori orina orlando orleans orlic orlov orman orosz orsini orsos oscuro oshin oshodi
osman ossama ostergaard osuntokun oswald otieno ots oude ouellet oun overgaard oviedo owais owokoniran owolabi owoyemi owusu oyadiran oyaifo oyekan
oyeniyi oyetoro oyeyemi oyinlola oza ozdemir ozturk paananen paap paas paccot pachoud padlo padmasari pai paimo paiva pajerova paju pajula pala palac
palan palastri palazzo palic palkova pallo palo palu pandey pandit pangestu papp paquette paquin parada paradi paradis parijs parmentier parna parsa
partanen partida parts parviainen paschoud pasek paska paskova pasolini pasqua pasztor pataki patil paulauskas paulovicova paulsen pauw pauwels pavel
pavelic pavelkova pavic pavin pavlic pavlicek pavlik pavlikova pavlin pavlov pavlova pavlovic pavlovova pavol pavuk pawlowski pecnik pedersen peeters
peitrequin peixoto pekkarinen pela pelikan pelikanova pelkonen pellegrini pelli peltola peltonen peng pennanen penttila pepe pepin perak pereyra peric
perisic perko perkona perkons perkovic permadi permata peros perreault persson pertiwi pesic peska peskova pesonen pesta petek petersson petrauskas
petric petrov petrova petrovic petrovicka pettersen pettersson pfeffer pfister pfleger pham phan philbin philip philipp philips piccand piche pieters
pihl pikk pikova pilka pillai pilz pimenta pinheiro pinho pintar pintaric pinter piotrowski pirandello pirc pirnat pisani pisano pitkanen pizzo plante
plas plchova plese ploeg pocius poczatek poczta poder podniece podnieks podpora podra pogacnik pohjola pokorna pokorny pokos polak polakova poland
polat polic poljak poljakov polla polovic poniedzialek ponti popa popescu popov popova popovic poppe portilla portmann poska pospisil pospisilova
potocnik potok poulin pouliot poulsen povilonis prabowo pradana pradipta praet praga prakasa prakash pranowo prasad prasasta prasetya prasetyo
prastuti pratama prati pratiwi prayoga preda pres priede priedite prieditis primozic prins prinsen prinz probst proc prochazka prochazkova prodi
prokop proost proulx pudjiastuti puentes pugliese pukk pula pulci pulkkinen puri purina purins purmale purmals purnawati purwanti puscasu puska
puspasari puspita puto putra qaasim qabeel qadar qadeer qaim qais qaseem qasif quadir quartier qureshi qusay qwabe raab raaghib raashid raba rabah
rabb rabbani rabee rabiah racine racz radi radic radin radosevic radovic raed raes rafay rafeek rafi rahayu raheel rahimah rahmawati rai rails raith
rajan rajasa rajata rajh raju rak rakova rama ramadan ramadhan raman ramesh ramsak ranta rantala rantanen rao rapin rappaz rapraz rasanen rashid rask
ratta raty rau rauch raud rausch rautiainen raval ravi ravn rawa reamonn rebic recte rege regge rehn reich reicher reimann reiner rek remmel renders
renzi resnik restrepo reynders rezende riada ribic ricci richardova richer rickard ricko ridire riekstina riekstins riet riha rihova riihimaki rijn
rinn rinne rioux ris risa riso rissanen rivard riyanti rizzo rizzoli roa roba robadey robi robitaille robson rocca roce rodrigue rojkova rojo rok
roland rom romanens romano romanov rombouts ronning rono roo rooney roos roosen roots roover rop rosas rosen rosenberg roso rosova rosselat rosselet
rossellat rossetti rossini roze rozic rozite rozitis rozman rua ruaidhri rubene rubenis rubikova rudolf rudzite rudzitis ruegg ruiter rukavina rumora
runu ruotsalainen rupnik rus rusko ruskova rutar ruto rutten rutto ruud ruzicka ruzickova rybar rybarikova ryck rys ryska ryskova rysova rzad saad
saafir saajid saal saalim saar saari saarinen sabah sabela sabelo sabir sabol saboor sabur sadan sady saefullah saether safak safitri sagar saha sahin
sahlin saidi saito sakalauskas sakarya saks salah salahudin salako salami salata saleh salim salmi salminen salo salonen salu salvi salvini sama sami
samosir sampaio samsonova samuel samuelova samuelsson sandberg sande sandi sandor sandoz sandstrom sandvik sani sansonnens santi santoro santoso
saptono saputra saragih saran saric sarin sarkozi sarma sas sasaki sato saudan saul sauli saulite saulitis savard savoie savolainen saxo sayed scaduto
scarpa schafer schaller schar scharer schatz schaub scheidegger schepers schepper scherrer scherz schiavo schipper schlager schlatter schmid schmuck
schnyder schoch schon schou schrijver schrik schroder schuler schurch schutter schutz schwab schweinfurt sebova sedlacek sedlackova sedlak sedlakova
sedlar segers seghers segni seiler seinin selin sels sem semenov sener senn sensoy seo sepp seppala seppanen serem sestak sethi setiawan sevcik
sevcikova seymour sezer sezgin sforza shabalala shabangu shange shankar sharma sheikh shekoni sheridan shetty shimizu shoba shukla sibanda sibaya
sibeko siddiqui sidor sidorov sidorova sieg siegrist sierpien sigrist sihombing sihotang siim sikk sila sild silina silins silke sillanpaa silveira
simanjuntak simara simard simbolon simek simelane simic simkova simoes simonic simonova simons simonsen simsek sinaga sinan sinclair sinha sinkovec
sipek sipila sipos siqueira sirait siregar sirin sithole sito sitompul sitorus situmorang siun sivertsen sjoberg sjogren sjostedt sjostrom skala skara
sklenickova skoda skog skok skokan skokanova skold skov skuja skujina skujins skupin slaba slavica slavik slavikova sloboda sloot slovak slovakova
smal smeets smet smid smidova smirnov smirnova smits smolders smrek smutek snieg soares sobota sobowale soderberg soderstrom soest soi soini soita
sokk sokol sokolov sokolova solari solberg solheim solomun som soman somogyi sondergaard sondini soni soo soos sordi sorensen sorokin soucy soukup
soukupova souma sousa souza soyinka soylu spain speri spies spika sporri sproge sprogis srinivas srinivasan srsen stac stahl stalder stan stancu
stanek stanescu stange stanic stankevicius stankova starega starostova stas stastna stastny staub stauffer stefan stefanec stefanik stefanova steffen
steffensen steiger steiner steinmann stejskal stejskalova stepanek stepankova stepanov stephen stettler steuer stichter stifter stin stoc stockli
stodolova stoica stojanov stolnik stolz stopar straka strakova stralen strauss strazdina strazdins strba strbova strnad strnadova stromberg strukelj
stucki studer sturm stutz suartini suciu suda sudiati suits sulcova sule suleiman sundberg sundstrom suomalainen suominen suran suresh suri surina
suryatmi suryono sus susanti susnik sustar suter sutter suur suvi suvorov suwarno suzuki svab svabova svard svec svecova svehlova svendsen svensson
svoboda svobodova swamy swazi swords sykora sykorova szabo szalai szekely szekeres szilagyi szkoda szkola szok szoke szucs szymanska szymanski taal
taanish tabacu tabassum tadeen tahir taht taimur tak takacs takahashi talaj talal talat talha talhah taliani talib tamanna tamba tamm tamme tamminen
tampubolon tanaka tandon tangen tanguay tapak tardif tarhan tarihoran tasca tasso tata tatar tavares tavcar tazka tazky teder tedesco tella tepes
tervo tesar tevetoglu thamrin thela theraulaz theriault therrien thijs thomassen thommen thomsen thomson thor thorens thorsen thygesen tian tiba ticha
tichy tielemans tighe timmerman timmermans timonen tinguely tirado titov titus tiwari tobler toibin toivonen tolain tolak toma tomais tomanova
tomaskova tomasova tomazic tomeckova tomei tomek tomescu tomic tomicic tomkova tomsic toots topa toplak torfs torok toscani tosi tosto toth tours
tracy trapani tratnik travaglio travers traversa treasa treboux trei tremblay treo triplat troch trudel tsithigh tuda tudor tuile tukane tuma tumova
tuominen tupa turchi turci turcotte turgeon turina turins turunen tusek tuskan tveit ubaadah ubadah ubaid ubaidah ubay ubayd ubaydullah uche udeh ugo
uhban uit uldry ulker ulrich umaarah umair umar unt uram urb urbanova urbonas urrab usada usamah utama utami uus uwais uyainah vaananen vaati vaca
vacek vachon vaci vackova vahar vaillancourt vainio vaino vaisanen vajda vala valachova valenta valente valentino valentova valk vallelian vanaga
vanags vanek vankova varadi vares varga varik varis varma vartiainen vasconcelos vasek vasiliev vasko vaskova vass vavra vavrova vayrynen vaz
veenendaal veit velde velden ven venalainen veneziano vento verbeke verbist verbruggen verdi veres verga verhaeghe verheyen verhoeven verhulst verkade
verlinden verma vermeersch vermeulen verschueren verstappen verstraete vervoort vesel vesela vesely vespa vestergaard vezi vezina vicenova vidas vidic
vidmar vidov vidovic vieira vienne viera vig viik vik viks viksna vilakazi vilcina vilcins viljanen vilks villeneuve vincze vinogradov virag virgilio
virk virta virtanen visconti visser vissers vitek vitkova vitola vitolina vitolins vitols vlaanderen vlachova vlasic vlcek vlckova vleugels vlk vlkova
vlna vlnova vodopivec voinea vojkovic vojtkova volk volkov volkova volta vonlanthen voorde voronin voros vos vosu vozila vrabcova vries vroege
vsiliauskas vuille vuk vukovic vuori vuorinen waahid wacana wachter wadood wafa wahhaaj wahyudin wahyuni wako wal walder walia walla walle wallen
wallin waluyo wanda wanja wanyama wario wasita waskita wassenaar wastuti watanabe wauters wazna wazny wegier wegmann wehrli wei weibel wel wela
wellens wenger wensen werd westerlund westfalen wettstein weza wibisono wibowo widiastuti widmer widodo wieczorek wiel wiese wijaya wijayanti wijk
wikstrom wilde wilhelm willems william wills winarno winarsih winther wirz wisla wisniewska wisniewski witte woda wojciech wojcik wouters wozniak
wrobel wujek wulandari wurm wuthrich wuyts xala xiao xie ximba xolo xu yaa yadav yafir yaghnam yahyaa yakub yamada yamaguchi yamamoto yaman yasir
yawer yego yei yildirim yildiz yilmaz yolanda yoo yoon yorulmaz yoshida yuksel yulianti yuliarti yuniar yussuf yusuf zaafir zaal zach zacharova
zackariya zafar zafir zagar zaheer zahri zahrun zaitsev zajac zajacova zajc zake zakharov zakis zakova zakrajsek zal zalite zalitis zalokar zambrano
zampa zapora zarar zarina zarins zawodnik zayyir zbinden zeba zehnder zeleznik zeller zeltina zeltins zeman zemanova zemljic zengin zerjav zhao zheng
zhou zhu zibert zic zielinska zielinski ziemele ziemelis zima zimova zingg zirne zirnis ziro zivkovic zizek znidarsic zola zollinger zorko zorlu
zorman zrinski zukauskas zukov zulaika zulkarnain zupan zupanc zupancic zurcher zvaigzne zver zvirbule zvirbulis zwart zwiazek zysk
";
