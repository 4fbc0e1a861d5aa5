namespace CranePipeline.SampleData;

/// <summary>The words that describe the items of one topic.</summary>
/// <param name="Path">Categories from the department down.</param>
/// <param name="Nouns">What the item is.</param>
/// <param name="Qualities">What is said for it.</param>
/// <param name="Parts">What it is made of or comes with.</param>
/// <param name="Uses">What it is used for, after "for".</param>
internal sealed record TopicVocabulary(string[] Path, string[] Nouns, string[] Qualities, string[] Parts, string[] Uses)
{
    /// <summary>All topics; an item's topic is an index into this list.</summary>
    public static IReadOnlyList<TopicVocabulary> All { get; } =
    [
        Of(
            "Home & Kitchen|Coffee & Tea|Espresso",
            "espresso machine|moka pot|milk frother|portafilter",
            "full-bodied|barista-grade|quick-heating|quiet",
            "steam wand|drip tray|boiler|tamper|crema filter",
            "morning lattes|a double shot|cappuccino|small offices"
        ),
        Of(
            "Home & Kitchen|Bakeware|Cake Pans",
            "cake pan|muffin tin|springform pan|loaf pan",
            "nonstick|even-browning|oven-safe|warp-resistant",
            "rolled rim|silicone grips|removable base|aluminized steel",
            "birthday cakes|banana bread|weekend baking|cheesecake"
        ),
        Of(
            "Home & Kitchen|Cutlery|Chef's Knives",
            "chef's knife|paring knife|santoku|cleaver",
            "razor-sharp|full-tang|well-balanced|stain-resistant",
            "forged blade|pakkawood handle|bolster|honing steel",
            "dicing vegetables|boning poultry|slicing|everyday prep"
        ),
        Of(
            "Home & Kitchen|Bedding|Sheets & Pillowcases",
            "sheet set|pillowcase|duvet cover|bed skirt",
            "breathable|wrinkle-free|deep-pocket|hypoallergenic",
            "thread count|sateen weave|elastic corners|long-staple cotton",
            "hot sleepers|guest rooms|queen mattresses|winter nights"
        ),
        Of(
            "Sports & Outdoors|Camping|Tents",
            "dome tent|backpacking tent|canopy|bivy",
            "waterproof|freestanding|lightweight|wind-stable",
            "rainfly|aluminum poles|vestibule|guy lines|footprint",
            "three-season camping|family trips|festivals|alpine nights"
        ),
        Of(
            "Sports & Outdoors|Cycling|Lights",
            "bike headlight|tail light|helmet lamp|wheel light",
            "rechargeable|dazzling|weatherproof|tool-free",
            "lumen beam|USB port|handlebar mount|strobe mode",
            "commuting|night rides|mountain trails|visibility in traffic"
        ),
        Of(
            "Sports & Outdoors|Yoga|Mats",
            "yoga mat|cork block|stretching strap|bolster",
            "non-slip|cushioned|odor-free|extra-thick",
            "closed-cell foam|carry strap|alignment lines|natural rubber",
            "vinyasa|hot yoga|pilates|physical therapy"
        ),
        Of(
            "Sports & Outdoors|Fishing|Reels",
            "spinning reel|baitcaster|fly reel|trolling reel",
            "saltwater-ready|smooth|corrosion-proof|high-speed",
            "drag system|ball bearings|graphite body|spool|bail",
            "bass fishing|surf casting|trout streams|offshore trips"
        ),
        Of(
            "Electronics|Headphones|In-Ear",
            "earbuds|in-ear monitors|sport headphones|earphones",
            "noise-isolating|sweatproof|tangle-free|bass-heavy",
            "memory foam tips|inline microphone|neodymium drivers|carrying pouch",
            "the gym|long flights|studio monitoring|podcasts"
        ),
        Of(
            "Electronics|Cameras|Lenses",
            "prime lens|zoom lens|macro lens|wide-angle lens",
            "tack-sharp|fast-aperture|image-stabilized|compact",
            "autofocus motor|lens hood|low-dispersion glass|filter thread",
            "portraits|wildlife|astrophotography|street photography"
        ),
        Of(
            "Electronics|Computers|Keyboards",
            "mechanical keyboard|wireless keyboard|keypad|gaming keyboard",
            "backlit|tactile|spill-resistant|hot-swappable",
            "keycaps|brown switches|wrist rest|anti-ghosting",
            "programming|late-night gaming|typing all day|home offices"
        ),
        Of(
            "Electronics|Car Audio|Subwoofers",
            "subwoofer|amplifier|coaxial speaker|crossover",
            "earth-shaking|shallow-mount|efficient|distortion-free",
            "voice coil|wiring kit|sealed enclosure|rubber surround",
            "pickup trucks|deep bass|daily drivers|sound quality builds"
        ),
        Of(
            "Baby|Nursery|Monitors",
            "video baby monitor|audio monitor|night light|sound machine",
            "long-range|encrypted|two-way|infrared",
            "parent unit|temperature sensor|lullabies|pan-and-tilt camera",
            "light sleepers|twins|the nursery|first-time parents"
        ),
        Of(
            "Baby|Feeding|Bottles",
            "baby bottle|sippy cup|bottle warmer|drying rack",
            "anti-colic|BPA-free|dishwasher-safe|leakproof",
            "slow-flow nipple|vent valve|silicone sleeve|measuring marks",
            "newborns|nursing mothers|daycare|night feedings"
        ),
        Of(
            "Baby|Strollers|Jogging",
            "jogging stroller|travel stroller|double stroller|bassinet",
            "one-hand-fold|all-terrain|shock-absorbing|swiveling",
            "air-filled tires|five-point harness|sun canopy|cup holder",
            "running|airports|rough sidewalks|siblings"
        ),
        Of(
            "Baby|Diapering|Cloth Diapers",
            "cloth diaper|diaper pail|changing pad|wet bag",
            "absorbent|washable|adjustable|odor-locking",
            "microfiber insert|snap closures|waterproof liner|charcoal filter",
            "overnight|toddlers|rash-prone skin|travel"
        ),
        Of(
            "Toys & Games|Building Sets|Blocks",
            "building blocks|magnetic tiles|marble run|gear set",
            "open-ended|sturdy|award-winning|colorful",
            "interlocking bricks|wheels|instruction booklet|storage tub",
            "preschoolers|rainy days|spatial thinking|classrooms"
        ),
        Of(
            "Toys & Games|Board Games|Strategy",
            "board game|card game|expansion pack|cooperative game",
            "fast-paced|replayable|clever|tense",
            "wooden meeples|rulebook|dice|resource tokens|hex map",
            "game nights|two players|families|hobbyists"
        ),
        Of(
            "Toys & Games|Puzzles|Jigsaw",
            "jigsaw puzzle|floor puzzle|3D puzzle|puzzle mat",
            "precision-cut|glare-free|challenging|relaxing",
            "thousand pieces|linen finish|poster|sorting trays",
            "retirees|holiday gatherings|framing|quiet evenings"
        ),
        Of(
            "Toys & Games|Radio Control|Drones",
            "quadcopter|RC truck|RC helicopter|racing drone",
            "beginner-friendly|brushless|crash-proof|acrobatic",
            "gyro|LiPo battery|propeller guards|transmitter|camera gimbal",
            "aerial photos|backyard flying|stunts|indoor practice"
        ),
        Of(
            "Beauty|Skin Care|Moisturizers",
            "face cream|night serum|eye gel|body lotion",
            "fragrance-free|fast-absorbing|hydrating|non-greasy",
            "hyaluronic acid|shea butter|vitamin C|retinol|ceramides",
            "sensitive skin|dry winters|fine lines|oily skin"
        ),
        Of(
            "Beauty|Hair Care|Styling Tools",
            "flat iron|curling wand|hair dryer|hot brush",
            "frizz-taming|ionic|salon-quality|fast-drying",
            "ceramic plates|diffuser|swivel cord|tourmaline coating",
            "thick hair|beach waves|short bobs|travel"
        ),
        Of(
            "Beauty|Fragrance|Eau de Parfum",
            "eau de parfum|body mist|cologne|perfume oil",
            "long-lasting|subtle|floral|smoky",
            "bergamot|sandalwood base|jasmine heart|amber notes|atomizer",
            "date nights|summer|the office|gifts"
        ),
        Of(
            "Beauty|Makeup|Palettes",
            "eyeshadow palette|lipstick set|blush|highlighter",
            "pigmented|blendable|cruelty-free|smudge-proof",
            "matte shades|shimmer|mirror|dual-ended brush",
            "smoky eyes|weddings|stage makeup|beginners"
        ),
        Of(
            "Patio & Garden|Grills|Charcoal",
            "kettle grill|smoker|fire pit|pellet grill",
            "heat-retaining|rust-proof|portable|heavy-gauge",
            "porcelain lid|cooking grate|ash catcher|hickory chips|vents",
            "brisket|tailgating|backyard cookouts|low and slow ribs"
        ),
        Of(
            "Patio & Garden|Gardening|Seeds",
            "heirloom seeds|raised bed|seed tray|herb kit",
            "organic|fast-sprouting|non-GMO|drought-tolerant",
            "peat pellets|tomato varieties|humidity dome|plant markers",
            "spring planting|balconies|salsa gardens|pollinators"
        ),
        Of(
            "Patio & Garden|Watering|Hoses",
            "garden hose|sprinkler|drip kit|hose reel",
            "kink-free|expandable|burst-proof|adjustable",
            "brass fittings|spray nozzle|timer|soaker tubing",
            "flower beds|large lawns|washing cars|vegetable rows"
        ),
        Of(
            "Patio & Garden|Birds|Feeders",
            "bird feeder|birdhouse|hummingbird feeder|suet cage",
            "squirrel-proof|easy-clean|window-mounted|copper-roofed",
            "perches|nectar ports|cedar walls|seed tube",
            "cardinals|finches|bird watchers|winter feeding"
        ),
        Of(
            "Office Products|Writing|Fountain Pens",
            "fountain pen|rollerball|ink bottle|calligraphy set",
            "smooth-writing|refillable|archival|elegant",
            "iridium nib|ink converter|lacquered barrel|snap cap",
            "journaling|signatures|left-handers|letter writing"
        ),
        Of(
            "Office Products|Paper|Planners",
            "daily planner|bullet journal|wall calendar|sketchbook",
            "undated|bleed-proof|lay-flat|pocket-sized",
            "dotted pages|elastic band|ribbon marker|stickers|tabs",
            "students|habit tracking|meeting notes|new year goals"
        ),
        Of(
            "Pet Supplies|Dogs|Beds",
            "dog bed|orthopedic mattress|crate pad|elevated cot",
            "chew-resistant|machine-washable|joint-soothing|plush",
            "memory foam|zippered cover|raised rim|non-skid bottom",
            "senior dogs|large breeds|puppies|road trips"
        ),
        Of(
            "Pet Supplies|Cats|Litter Boxes",
            "litter box|scratching post|cat tree|litter mat",
            "odor-controlling|self-cleaning|low-tracking|covered",
            "carbon filter|sisal rope|scoop|swinging door|hammock",
            "multi-cat homes|kittens|apartments|shy cats"
        ),
    ];

    /// <summary>Looks, across topics: a colour, an adjective for titles, a material and a sentence's end.</summary>
    public static IReadOnlyList<string[]> Styles { get; } =
    [
        ["Walnut Brown", "Rustic", "weathered oak", "a warm farmhouse look", "Natural Oak"],
        ["Matte Black", "Tactical", "black anodized metal", "a stealthy, no-nonsense look", "Gunmetal"],
        ["Pastel Pink", "Whimsical", "soft blush trim", "a sweet, playful look", "Lavender"],
        ["Brushed Silver", "Modern", "brushed stainless steel", "a clean, minimalist look", "Chrome"],
        ["Neon Green", "Sporty", "high-visibility mesh", "a bold, energetic look", "Electric Orange"],
        ["Ivory Gold", "Luxury", "gold-tone accents", "a glamorous, premium look", "Champagne"],
        ["Navy Blue", "Nautical", "striped canvas", "a crisp coastal look", "Sailcloth White"],
        ["Cherry Red", "Retro", "glossy enamel", "a nostalgic fifties look", "Mint Cream"],
    ];

    private static TopicVocabulary Of(string path, string nouns, string qualities, string parts, string uses) =>
        new(path.Split('|'), nouns.Split('|'), qualities.Split('|'), parts.Split('|'), uses.Split('|'));
}
