// Who speaks: voices of espeak-ng, kept apart. Knows names; refuses to know sounds.
namespace KeywordSpotter;

/// <summary>The voices: variants of espeak-ng's English. Those that test never occur in training, nor do close relatives of theirs.</summary>
public static class Voices
{
    /// <summary>Accents; every voice speaks with any of them.</summary>
    public static string[] Accents { get; } =
        ["en-gb", "en-us", "en-029", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-gb-x-rp", "en-us-nyc"];

    /// <summary>Voices to learn from.</summary>
    public static string[] Training { get; } =
    [
        "m1", "m3", "m4", "m5", "m7", "m8", "f1", "f3", "f4", "Alex", "Alicia", "Andrea", "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Jacky", "Lee", "Marco",
        "Mario", "Mike", "Nguyen", "RicishayMax", "RicishayMax3", "Storm", "Tweaky", "adam", "anika", "antonio", "aunty", "benjamin", "boris", "caleb", "ed", "edward",
        "edward2", "grandpa", "gustave", "iven", "iven3", "john", "klatt", "klatt2", "klatt4", "klatt6", "marcelo", "max", "miguel", "norbert", "paul", "pedro",
        "rob", "robert", "sandro", "shelby", "steph", "steph3", "travis", "zac",
    ];

    /// <summary>Voices to test on.</summary>
    public static string[] Unseen { get; } =
        ["m2", "m6", "f2", "f5", "croak", "Andy", "Annie", "belinda", "david", "Hugo", "linda", "Michael", "quincy", "grandma", "pablo", "victor"];

    /// <summary>What they say.</summary>
    public static string[] Words { get; } = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
}
