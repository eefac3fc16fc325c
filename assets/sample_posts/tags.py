"""The hashtags of the posts: by theme (most used first), for any photo, by what a photo shows."""

from __future__ import annotations


def table(text: str) -> dict[str, list[str]]:
    """Lines of `name: tags`; a line without a colon goes on with the one before."""
    found: dict[str, list[str]] = {}
    for line in text.strip().splitlines():
        name, colon, words = line.rpartition(":")
        if colon:
            current = found.setdefault(name.strip(), [])
        current += words.split()
    return found


THEME_TAGS = table("""
cats: cat catsofinstagram catlover kitty meow catstagram instacat catoftheday catlife
    catlovers petsofinstagram ilovemycat catsofig cute pets catsoftheworld instagramcats
    catphotography gato fluffy 猫 feline lovecats pet catlove catmom catworld kittycat
    meowed kittylove excellent_cats ねこ catsagram catoftheweek furbaby purr whiskers
    catlady animals kittenlove neko chat katze gatto gatos catdad 고양이 kittenlife
    adoptdontshop rescuecat catfeatures topcatphoto catscatscats bestmeow catofig
    catportrait housecat indoorcat catsofworld softpaws toebeans catmodel カメラ目線 кот
    pawsome chatsofinstagram catoftheinternet catpics katzenliebe
food: foodporn foodie instafood foodphotography yummy delicious foodstagram foodlover
    foodblogger homemade tasty foodies eat foodgasm cooking yum hungry foodpics
    restaurant chef foodoftheday eeeeeats homecooking foodgram recipe comfortfood nomnom
    foodlovers foodpic cucina comida gourmet instayum foodart foodstyling delish
    tastyfood 料理 맛집 homemadefood foodtography lovefood kitchen foodaddict recipes
    goodeats feedfeed thekitchn f52grams foodblog foodshare buzzfeast huffposttaste
    simplefood おうちごはん yemek essen foodlife foodism instayummy foodgasms homemadecooking
    foodstyle myfood foodphoto foodofinstagram bonappetit mangiare lecker
fitness: gym workout fit fitnessmotivation motivation bodybuilding training health
    fitfam gymlife lifestyle gymmotivation strong exercise muscle personaltrainer fitspo
    healthylifestyle fitlife strength healthy weightloss sport gains fitnessjourney
    homeworkout abs wellness instafit fitnessaddict strengthtraining nopainnogain
    noexcuses trainhard gymrat garagegym homegym fitnesslife workoutmotivation
    fitnessgoals getfit musculation treino 筋トレ dedication coach sweat bodyweight
    functionaltraining stronger fitnesslifestyle gymtime fitnesstips conditioning
    mobility trainingday fitover40 헬스 gainz personaltraining gymfam gymtok trainsmart
    fitnessfirst getstrong gymstyle fitnesscommunity
nature: naturephotography landscape naturelovers landscapephotography outdoors
    naturelover travel adventure wanderlust explore wilderness earth scenery
    landscapelovers earthpix nature_perfection nature_brilliance discoverearth
    natureshots trail getoutside outdoor travelphotography roamtheplanet peace
    optoutside naturegram ourplanetdaily 風景 풍경 paysage natur landscape_captures
    earthfocus nature_seekers scenic wildernessculture paisaje nature_lovers naturaleza
    exploremore view panorama moodygrams naturepics nationalpark stayandwander
    landscapelover visualsofearth mothernature fresh_air 自然 escursione naturewalk
    intothewild goexplore landscapephoto landscapeart earthescape landscapehunter
    naturescene wildplaces beautifulplaces worldnature naturaleza_viva openair
sunset: sunsets sky sunsetlovers sea sunset_pics clouds ocean sunsetphotography sun
    skyporn goldenhour summer sunset_madness sunsetlover horizon dusk skylovers seascape
    sunset_vision waves beautiful coast sunsetsky evening twilight nofilter sunsetporn
    sunset_hub travel seaside landscape eveningsky skyline_sea 夕日 夕焼け puestadesol
    atardecer tramonto coucherdesoleil sonnenuntergang 노을 sunset_ig cloudscape
    skyphotography sunset_perfection sunsetoftheday seaview water reflections
    sunsetchaser chasingsunsets saltlife oceanview paradise vacation sunlight skylover
    shoreline calm magichour endoftheday sunset_stream peacefulplace oceanlover
    sunsetview eveninglight sunsetlove
citylights: city night nightphotography cityscape architecture urban nightlife citylife
    lights cityview nightshot building nightscape downtown skyscraper citynight
    urbanphotography longexposure cityphotography buildings bluehour nightcity
    metropolis urbanexploration nightlights cityatnight night_shots skyscrapers
    longexposure_shots 夜景 야경 nuit ville ciudad stadt urbanscape citygrammers moodygrams
    agameoftones cities citybestpics nightpics lightsofthecity nightvision urbanromantix
    cyberpunk nightview nightwalk aftermidnight illumination citycenter nightphoto
    concretejungle 도시 urbanandstreet afterdark cityofinstagram citylove nightowl
    nightphotos lovethiscity nightcityscape citynights
mechanicalkeyboard: keyboard mechanicalkeyboards keycaps customkeyboard keycap mechkeys
    keyboards setup desksetup mechkeyboards custommechanicalkeyboard keyboardenthusiast
    65percent gaming pcsetup typing cherrymx keebs artisankeycaps gmk keychron pcgaming
    customkeyboards deskgoals workspace switches linearswitches gmkkeycaps
    tactileswitches lubed thock keyboardcommunity keyboardporn setupwars keebporn
    mechanical wfhsetup battlestation cablesculpture coiledcable pbtkeycaps doubleshot
    hotswap keyboardcollector deskspace typewriterfeel gatewop keeb ergo cherryprofile
    saprofile mk65 keebsofinstagram soundtest keyboardbuild groupbuy buildlog gasket
    solder stabilizers switchlube keyboardgang topre メカニカルキーボード キーボード 키보드 tastatur
    clavier teclado clacky deskmat minimaldesk keysets
tech: technology gadgets innovation electronics coding programming developer programmer
    engineering computer software gadget techie desksetup setup geek webdeveloper
    hardware workspace softwaredeveloper pc technews digital webdevelopment coder apple
    workfromhome android data codinglife linux startup minimalsetup techlife future
    officesetup development opensource remotework webdesign computerscience iot
    homeoffice devlife worldcode tecnologia technologie engineer 100daysofcode fullstack
    maker デスク周り テクノロジー 개발자 stem codenewbie programminglife debugging homelab terminal
    techlover deskinspo wfh techgear techphotography techtalk techblog technologylovers
    technerd
coffee: coffeetime coffeelover coffeeshop cafe coffeeaddict barista coffeelovers
    coffeeholic coffeegram caffeine coffeebreak instacoffee specialtycoffee coffeehouse
    coffeeoftheday coffeeculture butfirstcoffee café coffeelife morningcoffee
    coffeecommunity baristadaily coffeedaily coffeeroaster コーヒー カフェ kaffee coffeeprops
    homebarista thirdwavecoffee coffeeshots manmakecoffee coffeetable alternativebrewing
    커피 cafelife goodmorning coffeeshopvibes mornings coffeelove dailycoffee coffeegeek
    kopi caffe kahve coffeephotography brew freshcoffee monday slowmorning cafehopping
    baristalife coffeesesh coffeetalk kaffeeliebe cafestagram 카페 coffeeislife roastery
    coffeeandseasons coffeeplease needcoffee coffeegeeks
flowers: flower nature flowerstagram garden flowersofinstagram flowerphotography floral
    bloom naturephotography gardening flores plants flowerpower beautiful flowerlovers
    blossom botanical flowers_of_instagram petals instaflower fleurs flowermagic blooms
    floweroftheday green gardenlife floralphotography blumen florist flowerslovers
    garden_styles flowerlover 花 꽃 fiori gardenlove pretty flowergarden flowergram
    blooming botanic mygarden nature_perfection inbloom growyourown gardeninspiration
    flowerporn flowers_super_pics お花 colour perennials plantlover gardenflowers
    allthingsbotanical petalsandstems bloomwhereyouareplanted flor flowerlove flowerday
    flowertherapy lovelyflowers flowerbeauty petalperfection
interior: interiordesign homedecor home design decor homedesign interiors furniture
    decoration architecture interiorstyling homesweethome interiordecor homeinspiration
    house interiordesigner art vintage luxury interior123 homestyle decorating
    scandinavianstyle homeinspo inspiration modern interior_design cozyhome
    apartmenttherapy housegoals myhome homedecoration minimalism scandinavian cozy
    roomdecor midcenturymodern hygge interiorinspo furnituredesign boho bohodecor インテリア
    인테리어 decoracion deco houseandhome currenthomeview myhomevibe interior4all sodomino
    apartment rental_friendly styling neutralhome colourfulhome slowliving homelove
    interiorlovers einrichtung maison smallspaces nordicinspiration interiorphotography
    homeaccount
space: astronomy astrophotography universe nasa cosmos science nightsky astrophysics sky
    telescope night spacex hubble astro stargazing astronaut physics deepsky astronomer
    cosmology 宇宙 우주 espacio nightphotography universo astro_photography_ astronomia
    spaceexploration deepspace apod nightscape scifi astrophoto spacefacts 星空 stargazer
    darksky spaceart exploration cosmic amateurastronomy backyardastronomy astroimaging
    weltraum outerspace interstellar heavens skywatching nightshooters celestial
    universum astronomie spaceisbig starsandspace astrogram_ skyatnight astrobackyard
    spacelover cosmicbeauty nighttime astronomylovers spacephotography telescopes
    astrolove planetarium curiosity espaço
""")
GENERAL = table("""
any: photooftheday instagood love picoftheday photography instadaily beautiful art
    follow happy like4like cute photo instagram style picture life igers daily amazing
    inspiration instalike bestoftheday happiness weekend mood vibes smile fun
    likeforlikes friday goodvibes aesthetic color details simplethings monday
    artofvisuals moment 写真 fotografia minimal 일상 todayis homemade_moments nofilter
    sundayvibes shotoniphone light canonphotography sonyalpha
""")["any"]

SUBJECT_TAGS = table("""
tabby cat: tabby tabbycat tabbiesofinstagram tabbylove
black cat: blackcat blackcatsofinstagram blackcats 黒猫
white cat: whitecat whitecatsofinstagram
ginger cat: gingercat orangecat gingercatsofinstagram redcat
grey cat: greycat graycat bluecat russianblue
tuxedo cat: tuxedocat tuxedocatsofinstagram
calico cat: calico calicocat 三毛猫
siamese cat: siamese siamesecat siameseofinstagram
cream cat: creamcat
cat portrait: catface catportrait cateyes
window: windowcat catinthewindow windowlight
sleeping cat: sleepycat catnap naptime
silhouette: catsilhouette
latte art: latteartgram latteartporn latteartist ラテアート latte latteart cappuccino
rosetta: rosettalatteart
heart: latteheart
tulip: tuliplatteart
espresso: espressoshot espressolover doppio espressolovers
crema: cremalover
coffee beans: beans roastedbeans freshlyroasted coffeebeans
dark roast: darkroast
black coffee: blackcoffee americano
iced coffee: icedcoffee coldbrew icedcoffeelover
iced latte: icedlatte
takeaway coffee: coffeetogo togocup
paper cup: coffeerun
marble table: marble flatlay
pizza: pizzalover pizzatime pizzagram ピザ dinner
salami pizza: pepperoni pepperonipizza
margherita: pizzamargherita napoletana
italian food: italianfood cucinaitaliana
burger: burgers burgerlover burgertime hamburger cheatmeal
cheeseburger: cheese cheeseburgers
double cheeseburger: doublecheese smashburger
fries: frenchfries friesbeforeguys
fruit: fruits freshfruit vitamins 果物 healthyfood
fruit bowl: fruitbowl healthysnack
oranges: orange citrus
lemons: lemon citrus
limes: lime citrus
apples: apple redapples
green apples: grannysmith
plums: plum
blueberries: blueberry berries
cherries: cherry
sushi: sushilover sushitime 寿司 sushiroll lunch
maki: makiroll
nigiri: nigirisushi salmonnigiri
japanese food: japanesefood 和食 washoku
donuts: donut doughnuts donutlover dessert baking
sprinkles: sprinklesmakeeverythingbetter
sweets: sweettooth dessertporn
pancakes: pancake pancakestack fluffypancakes brunch
breakfast: breakfasttime breakfastlover
maple syrup: maplesyrup
dumbbells: dumbbell dumbbellworkout freeweights weightlifting
kettlebell: kettlebells kettlebellworkout kettlebelltraining crossfit
strength: strengthandconditioning
barbell: barbellclub olympiclifting barbells deadlift powerlifting squats
weightlifting: oly weightlifter
yoga mat: yoga yogaeverydamnday yogalife yogainspiration ヨガ stretching
yoga blocks: yogaprops yogapractice
light weights: pilates toning
dumbbell rack: gymequipment dumbbellrack ironaddict
gym: ironparadise
mountain lake: lakelife alpinelake lakes lakeview lake mountains hiking mountainlife
snowy peaks: snow peaks alps
pine forest: pinetrees evergreen
autumn forest: autumn fall autumncolors 紅葉
misty forest: mist mistymorning foggyforest forest trees wald
fog: foggy moody
desert: desertlife sahara desertvibes dune
sand dunes: dunes sand
meadow: wildflowers meadowflowers green
poppies: poppy poppyfield
daisies: daisy
buttercups: buttercup
bluebells: bluebell
hills: rollinghills countryside
golden hour: goldenhour goldenlight
morning: goodmorning sunrise
overcast: cloudy moodygrams
noon: bluesky
sailboat: sailing boat sail yacht sailinglife
palm trees: palms palmtree tropical islandlife
beach: beachvibes sand beachlife
rocks: rocky rockycoast
pier: jetty dock pierlife
ocean: oceanlove seascape
orange sky: orangesky
red sky: redsky
pink sky: pinksky pinkclouds
skyline: skylineview skylinelovers skylines tower
city reflections: waterfront reflectiongram
street lights: streetlights streetlamp streetphotography citystreets
neon signs: neonsign neonlights neon
bokeh: bokehlicious bokehlights
rainy street: rain rainynight wetstreets
rooftop view: rooftops fromabove rooftop
city from above: aerial dronephotography
night: nightshooters
blue hour: bluehourphotography
late night: latenights
circuit board: pcb circuit circuits electronicsengineering
electronics: electronic diyelectronics
macro: macrophotography closeup
laptop: notebook laptoplife javascript python
code: sourcecode programmerlife codelife
dark mode: darkmode darktheme
light mode: lightmode
headphones: audiophile headphone wirelessheadphones
smartphone: phone mobile
gadgets: techgadgets edc
battlestation: pcsetups gamingsetup
ultrawide monitor: ultrawide
dual monitors: dualmonitor
rgb: rgbsetup rgblighting
night setup: nightsetup darksetup
coiled cable: customcable
keyboard switches: mxswitches switchtester
desk setup: deskinspiration cleansetup
walnut desk: walnut
oak desk: oak
keycap legends: legends
mouse: gamingmouse
tulips: tulip tulipfield tulipseason チューリップ springflowers springtime
flower field: flowerfields
daisy: daisies daisyflower macro
sunflower: sunflowers ひまわり
pink gerbera: gerbera gerberas
orange gerbera: gerbera gerberas
roses: rose rosegarden バラ
bouquet: flowerbouquet flowerarrangement
vase: vases flowersinvase cutflowers freshflowers
cherry blossom: cherryblossoms hanami springflowers
sakura: 桜 벚꽃
living room: livingroominspo livingroomdesign livingroom livingroomdecor wohnzimmer
houseplant: plantmom indoorplants monstera plantsofinstagram
bedroom: bedroomdecor bedroominspo schlafzimmer
bookshelf: shelfie bookshelves
books: booklover bookstagram
reading corner: readingnook
bedding: linenbedding
cushions: pillows
moon: lunar moonphotography luna moonlight moonlovers
full moon: fullmoon 満月
half moon: halfmoon
craters: mooncraters moonsurface lunar
nebula: nebulae emissionnebula stardust hubbletelescope
orion: orionnebula m42
galaxy: galaxies andromeda andromedagalaxy
spiral galaxy: spiralgalaxy
deep sky: deepskyobject
milky way: milkywaygalaxy milkywayphotography 天の川 milkyway milkywaychasers longexposure
night sky: starrysky
stars: starphotography starrynight
planet: planetary planets solarsystem
saturn: saturnrings
jupiter: jupiterplanet
mars: redplanet
neptune: neptuneplanet
loaf cat: catloaf
sitting cat: catpose
""")
ACCOUNTS = table("""
cats: miso_and_mochi whiskerwindow the.loaf.diary
food: saltandtwirl kitchen.ottilie noodlemoth
fitness: ironpine lift.with.mara coach_tobben
nature: fernandfell slowtrail.log nordlys_walks
sunset: lastlightclub harbour.hanna
citylights: neonpuddle kelvin.nights
mechanicalkeyboard: thockline keebgarden deskmat.daily
tech: solderandsip dev.in.slippers wired.wren
coffee: crema.notes secondcup_sami beanpostal
flowers: petalpress gardenrow.nine
interior: casa.lindgrove oakandlinen_ rentedlight
space: backyard.parsec nova_nell
""")
