"""The hashtags that the posts are drawn from: by theme (most used first), for any photo, by what a photo shows."""

from __future__ import annotations

THEME_TAGS = {
    theme: words.split()
    for theme, words in {
        "cats": """cat catsofinstagram catlover kitty meow catstagram kitten instacat catoftheday catlife catlovers kittens
            petsofinstagram ilovemycat catsofig kittensofinstagram cute pets catsoftheworld instagramcats catphotography
            gato fluffy 猫 feline lovecats pet catlove catmom catworld kittycat meowed kittylove excellent_cats ねこ catsagram
            catoftheweek catnap furbaby purr whiskers catlady animals kittenlove neko chat katze gatto gatos catdad 고양이
            kittenlife adoptdontshop rescuecat catfeatures topcatphoto catscatscats bestmeow catofig sleepycat catportrait
            housecat indoorcat catsofworld softpaws toebeans catmodel catloaf カメラ目線 кот pawsome chatsofinstagram""",
        "food": """foodporn foodie instafood foodphotography yummy delicious foodstagram foodlover foodblogger dinner lunch
            homemade tasty foodies eat foodgasm breakfast cooking healthyfood yum hungry foodpics restaurant chef
            foodoftheday eeeeeats homecooking foodgram recipe comfortfood dessert nomnom foodlovers foodpic mealprep
            cucina comida gourmet baking instayum foodart foodstyling brunch delish tastyfood 料理 맛집 homemadefood foodtography
            lovefood kitchen foodaddict recipes dinnertime goodeats feedfeed thekitchn f52grams foodblog foodshare buzzfeast
            huffposttaste onthetable simplefood cheatmeal lunchtime おうちごはん yemek essen nom""",
        "fitness": """gym workout fit fitnessmotivation motivation bodybuilding training health fitfam gymlife lifestyle
            gymmotivation strong exercise muscle personaltrainer crossfit fitspo healthylifestyle weightlifting fitlife
            strength cardio healthy weightloss sport gains fitnessjourney homeworkout abs wellness powerlifting instafit
            fitnessaddict strengthtraining nopainnogain noexcuses legday squats deadlift trainhard gymrat garagegym homegym
            fitnesslife workoutmotivation fitnessgoals getfit musculation treino 筋トレ lift dedication coach sweat
            bodyweight functionaltraining hiit stronger fitnesslifestyle gymtime fitnesstips conditioning mobility
            trainingday fitover40 liftheavy ironaddict 헬스 gainz personaltraining""",
        "nature": """naturephotography landscape naturelovers landscapephotography mountains outdoors hiking naturelover travel
            forest adventure wanderlust explore wilderness earth scenery lake mountain trees landscapelovers earthpix
            nature_perfection hike nature_brilliance trekking discoverearth natureshots trail getoutside outdoor
            travelphotography green roamtheplanet peace optoutside naturegram ourplanetdaily 風景 풍경 paysage natur fog summit
            landscape_captures earthfocus nature_seekers scenic camping backpacking wildernessculture paisaje valley
            nature_lovers naturaleza exploremore view panorama moodygrams naturepics hikingadventures nationalpark
            stayandwander landscapelover visualsofearth mothernature fresh_air 自然 mountainlife wald escursione""",
        "sunset": """sunsets sky sunsetlovers sea sunset_pics beach clouds ocean sunsetphotography sun skyporn goldenhour summer
            sunset_madness sunsetlover horizon dusk skylovers seascape sunset_vision waves beautiful coast sunsetsky
            evening twilight nofilter sunsetporn sunset_hub travel seaside beachlife landscape eveningsky skyline_sea
            夕日 夕焼け puestadesol atardecer tramonto coucherdesoleil sonnenuntergang 노을 orange sunset_ig cloudscape skyphotography
            sunset_perfection sunsetoftheday seaview water reflections sunsetchaser chasingsunsets silhouette saltlife island
            oceanview paradise vacation sunlight skylover shoreline sunsetbeach islandlife calm magichour endoftheday
            sunset_stream peacefulplace oceanlover""",
        "citylights": """city night nightphotography cityscape architecture skyline urban nightlife streetphotography citylife
            lights cityview nightshot building nightscape downtown skyscraper citynight urbanphotography longexposure
            cityphotography streets buildings bluehour nightcity metropolis urbanexploration neon nightlights cityatnight
            night_shots skyscrapers longexposure_shots 夜景 야경 nuit ville ciudad stadt skylines urbanscape rooftop street
            citygrammers moodygrams agameoftones cities citybestpics nightpics lightsofthecity nightvision tower
            urbanromantix streetsatnight neonlights cyberpunk citystreets nightview nightwalk aftermidnight
            illumination citycenter nightphoto concretejungle 도시 urbanandstreet afterdark""",
        "mechanicalkeyboard": """keyboard mechanicalkeyboards keycaps customkeyboard keycap mechkeys keyboards setup desksetup
            mechkeyboards custommechanicalkeyboard keyboardenthusiast 65percent gaming pcsetup typing cherrymx keebs
            artisankeycaps gmk keychron pcgaming customkeyboards deskgoals workspace switches linearswitches gmkkeycaps
            tactileswitches lubed thock keyboardcommunity keyboardporn setupwars keebporn mechanical wfhsetup battlestation
            cablesculpture coiledcable pbtkeycaps doubleshot hotswap keyboardcollector deskspace typewriterfeel
            gatewop keeb ergo cherryprofile saprofile mk65 keebsofinstagram soundtest keyboardbuild groupbuy buildlog gasket
            solder stabilizers switchlube keyboardgang topre メカニカルキーボード キーボード 키보드 tastatur clavier teclado clacky deskmat
            minimaldesk keysets""",
        "tech": """technology gadgets innovation electronics coding programming developer programmer engineering computer code
            software laptop gadget techie desksetup setup geek javascript webdeveloper hardware python workspace
            softwaredeveloper pc technews digital webdevelopment coder apple smartphone workfromhome android data
            codinglife linux startup minimalsetup techlife future officesetup development opensource remotework webdesign
            computerscience iot homeoffice devlife worldcode tecnologia technologie engineer 100daysofcode fullstack maker
            デスク周り テクノロジー 개발자 stem codenewbie programminglife debugging homelab terminal techlover deskinspo
            wfh techgear techphotography""",
        "coffee": """coffeetime coffeelover coffeeshop cafe coffeeaddict barista coffeelovers coffeeholic espresso cappuccino latte
            coffeegram latteart caffeine coffeebreak instacoffee specialtycoffee coffeehouse coffeeoftheday
            coffeeculture butfirstcoffee café coffeelife morningcoffee coffeebeans coffeeart coffeecommunity baristadaily
            coffeedaily coffeeroaster コーヒー カフェ kaffee coffeeprops homebarista thirdwavecoffee coffeeshots manmakecoffee coffeetable
            alternativebrewing 커피 cafelife goodmorning coffeeshopvibes mornings coffeelove dailycoffee coffeegeek kopi
            caffe kahve coffeephotography brew freshcoffee monday slowmorning cafehopping baristalife coffeemug coffeesesh
            coffeetalk kaffeeliebe cafestagram 카페 coffeecup coffeeislife roastery coffeeandseasons""",
        "flowers": """flower nature flowerstagram garden flowersofinstagram flowerphotography spring floral bloom
            naturephotography gardening flores plants flowerpower beautiful flowerlovers blossom botanical summer
            flowers_of_instagram petals macro instaflower fleurs flowermagic blooms floweroftheday green gardenlife
            floralphotography blumen florist flowerslovers garden_styles flowerlover 花 꽃 macrophotography fiori gardenlove
            springflowers pretty flowergarden flowergram blooming botanic mygarden nature_perfection wildflowers
            cutflowers inbloom growyourown gardeninspiration flowerporn flowers_super_pics お花 colour freshflowers
            perennials plantlover gardenflowers springtime allthingsbotanical petalsandstems still_life_flowers
            bloomwhereyouareplanted flor""",
        "interior": """interiordesign homedecor home design decor homedesign interiors furniture livingroom decoration architecture
            interiorstyling homesweethome interiordecor homeinspiration house interiordesigner art vintage luxury
            interior123 homestyle bedroom decorating livingroomdecor scandinavianstyle homeinspo inspiration modern
            interior_design cozyhome apartmenttherapy housegoals myhome homedecoration minimalism scandinavian cozy
            roomdecor midcenturymodern hygge interiorinspo furnituredesign boho bohodecor wohnzimmer インテリア 인테리어 decoracion deco
            houseandhome currenthomeview myhomevibe interior4all sodomino apartment rental_friendly styling
            neutralhome colourfulhome slowliving homelove interiorlovers einrichtung maison smallspaces plantsofinstagram
            nordicinspiration""",
        "space": """astronomy astrophotography universe stars nasa galaxy cosmos science moon nightsky milkyway astrophysics sky
            telescope night planets spacex hubble astro stargazing planet nebula earth astronaut physics deepsky
            solarsystem milkywaychasers astronomer cosmology 宇宙 우주 espacio nightphotography universo starrynight
            astro_photography_ jupiter mars astronomia spaceexploration deepspace apod lunar rocket blackhole
            longexposure nightscape scifi astrophoto spacefacts 星空 luna stargazer darksky spaceart exploration cosmic
            starlight amateurastronomy backyardastronomy astroimaging weltraum outerspace interstellar heavens
            skywatching nightshooters celestial""",
    }.items()
}
GENERAL = """photooftheday instagood love picoftheday photography instadaily beautiful art follow happy like4like cute photo
    instagram style picture life igers daily amazing inspiration instalike bestoftheday happiness weekend mood vibes
    smile fun likeforlikes friday goodvibes aesthetic color details simplethings monday artofvisuals moment 写真 fotografia
    minimal 일상 todayis homemade_moments nofilter sundayvibes shotoniphone light canonphotography sonyalpha""".split()
SUBJECT_TAGS = {
    subject: words.split()
    for subject, words in {
        "tabby cat": "tabby tabbycat tabbiesofinstagram tabbylove",
        "black cat": "blackcat blackcatsofinstagram blackcats 黒猫",
        "white cat": "whitecat whitecatsofinstagram",
        "ginger cat": "gingercat orangecat gingercatsofinstagram redcat",
        "grey cat": "greycat graycat bluecat russianblue",
        "tuxedo cat": "tuxedocat tuxedocatsofinstagram",
        "calico cat": "calico calicocat 三毛猫",
        "siamese cat": "siamese siamesecat siameseofinstagram",
        "cream cat": "creamcat",
        "cat portrait": "catface catportrait cateyes",
        "window": "windowcat catinthewindow windowlight",
        "sleeping cat": "sleepycat catnap",
        "silhouette": "catsilhouette",
        "latte art": "latteartgram latteartporn latteartist ラテアート",
        "rosetta": "rosettalatteart",
        "heart": "latteheart",
        "tulip": "tuliplatteart",
        "espresso": "espressoshot espressolover doppio",
        "crema": "cremalover",
        "coffee beans": "beans roastedbeans freshlyroasted",
        "dark roast": "darkroast",
        "black coffee": "blackcoffee americano",
        "iced coffee": "icedcoffee coldbrew icedcoffeelover",
        "iced latte": "icedlatte",
        "takeaway coffee": "coffeetogo togocup",
        "paper cup": "coffeerun",
        "marble table": "marble flatlay",
        "pizza": "pizzalover pizzatime pizzagram ピザ",
        "salami pizza": "pepperoni pepperonipizza",
        "margherita": "pizzamargherita napoletana",
        "italian food": "italianfood cucinaitaliana",
        "burger": "burgers burgerlover burgertime hamburger",
        "cheeseburger": "cheese cheeseburgers",
        "double cheeseburger": "doublecheese smashburger",
        "fries": "frenchfries friesbeforeguys",
        "fruit": "fruits freshfruit vitamins 果物",
        "fruit bowl": "fruitbowl healthysnack",
        "oranges": "orange citrus",
        "lemons": "lemon citrus",
        "limes": "lime citrus",
        "apples": "apple redapples",
        "green apples": "grannysmith",
        "plums": "plum",
        "blueberries": "blueberry berries",
        "cherries": "cherry",
        "sushi": "sushilover sushitime 寿司 sushiroll",
        "maki": "makiroll",
        "nigiri": "nigirisushi salmonnigiri",
        "japanese food": "japanesefood 和食 washoku",
        "donuts": "donut doughnuts donutlover",
        "sprinkles": "sprinklesmakeeverythingbetter",
        "sweets": "sweettooth dessertporn",
        "pancakes": "pancake pancakestack fluffypancakes",
        "breakfast": "breakfasttime breakfastlover",
        "maple syrup": "maplesyrup",
        "dumbbells": "dumbbell dumbbellworkout freeweights",
        "kettlebell": "kettlebells kettlebellworkout kettlebelltraining",
        "strength": "strengthandconditioning",
        "barbell": "barbellclub olympiclifting barbells",
        "weightlifting": "oly weightlifter",
        "yoga mat": "yoga yogaeverydamnday yogalife yogainspiration ヨガ",
        "yoga blocks": "yogaprops yogapractice",
        "light weights": "pilates toning",
        "dumbbell rack": "gymequipment dumbbellrack",
        "gym": "ironparadise",
        "mountain lake": "lakelife alpinelake lakes lakeview",
        "snowy peaks": "snow peaks alps",
        "pine forest": "pinetrees evergreen",
        "autumn forest": "autumn fall autumncolors 紅葉",
        "misty forest": "mist mistymorning foggyforest",
        "fog": "foggy moody",
        "desert": "desertlife sahara desertvibes",
        "sand dunes": "dunes sand",
        "meadow": "wildflowers meadowflowers",
        "poppies": "poppy poppyfield",
        "daisies": "daisy",
        "buttercups": "buttercup",
        "bluebells": "bluebell",
        "hills": "rollinghills countryside",
        "golden hour": "goldenhour goldenlight",
        "morning": "goodmorning sunrise",
        "overcast": "cloudy moodygrams",
        "noon": "bluesky",
        "sailboat": "sailing boat sail yacht",
        "palm trees": "palms palmtree tropical",
        "beach": "beachvibes sand",
        "rocks": "rocky rockycoast",
        "pier": "jetty dock pierlife",
        "ocean": "oceanlove seascape",
        "orange sky": "orangesky",
        "red sky": "redsky",
        "pink sky": "pinksky pinkclouds",
        "skyline": "skylineview skylinelovers",
        "city reflections": "waterfront reflectiongram",
        "street lights": "streetlights streetlamp",
        "neon signs": "neonsign neonlights",
        "bokeh": "bokehlicious bokehlights",
        "rainy street": "rain rainynight wetstreets",
        "rooftop view": "rooftops fromabove",
        "city from above": "aerial dronephotography",
        "night": "nightshooters",
        "blue hour": "bluehourphotography",
        "late night": "latenights",
        "circuit board": "pcb circuit circuits electronicsengineering",
        "electronics": "electronic diyelectronics",
        "macro": "macrophotography closeup",
        "laptop": "notebook laptoplife",
        "code": "sourcecode programmerlife",
        "dark mode": "darkmode darktheme",
        "light mode": "lightmode",
        "headphones": "audiophile headphone wirelessheadphones",
        "smartphone": "phone mobile",
        "gadgets": "techgadgets edc",
        "battlestation": "pcsetups gamingsetup",
        "ultrawide monitor": "ultrawide",
        "dual monitors": "dualmonitor",
        "rgb": "rgbsetup rgblighting",
        "night setup": "nightsetup darksetup",
        "coiled cable": "customcable",
        "keyboard switches": "mxswitches switchtester",
        "desk setup": "deskinspiration cleansetup",
        "walnut desk": "walnut",
        "oak desk": "oak",
        "keycap legends": "legends",
        "mouse": "gamingmouse",
        "tulips": "tulip tulipfield tulipseason チューリップ",
        "flower field": "flowerfields",
        "daisy": "daisies daisyflower",
        "sunflower": "sunflowers ひまわり",
        "pink gerbera": "gerbera gerberas",
        "orange gerbera": "gerbera gerberas",
        "roses": "rose rosegarden バラ",
        "bouquet": "flowerbouquet flowerarrangement",
        "vase": "vases flowersinvase",
        "cherry blossom": "cherryblossoms hanami",
        "sakura": "桜 벚꽃",
        "living room": "livingroominspo livingroomdesign",
        "houseplant": "plantmom indoorplants monstera",
        "bedroom": "bedroomdecor bedroominspo",
        "bookshelf": "shelfie bookshelves",
        "books": "booklover bookstagram",
        "reading corner": "readingnook",
        "bedding": "linenbedding",
        "cushions": "pillows",
        "moon": "lunar moonphotography luna",
        "full moon": "fullmoon 満月",
        "half moon": "halfmoon",
        "craters": "mooncraters moonsurface",
        "nebula": "nebulae emissionnebula",
        "orion": "orionnebula m42",
        "galaxy": "galaxies andromeda",
        "spiral galaxy": "spiralgalaxy",
        "deep sky": "deepskyobject",
        "milky way": "milkywaygalaxy milkywayphotography 天の川",
        "night sky": "starrysky",
        "stars": "starphotography",
        "planet": "planetary",
        "saturn": "saturnrings",
        "jupiter": "jupiterplanet",
        "mars": "redplanet",
        "neptune": "neptuneplanet",
    }.items()
}
ACCOUNTS = {
    "cats": ["miso_and_mochi", "whiskerwindow", "the.loaf.diary"],
    "food": ["saltandtwirl", "kitchen.ottilie", "noodlemoth"],
    "fitness": ["ironpine", "lift.with.mara", "coach_tobben"],
    "nature": ["fernandfell", "slowtrail.log", "nordlys_walks"],
    "sunset": ["lastlightclub", "harbour.hanna"],
    "citylights": ["neonpuddle", "kelvin.nights"],
    "mechanicalkeyboard": ["thockline", "keebgarden", "deskmat.daily"],
    "tech": ["solderandsip", "dev.in.slippers", "wired.wren"],
    "coffee": ["crema.notes", "secondcup_sami", "beanpostal"],
    "flowers": ["petalpress", "gardenrow.nine"],
    "interior": ["casa.lindgrove", "oakandlinen_", "rentedlight"],
    "space": ["backyard.parsec", "nova_nell"],
}
