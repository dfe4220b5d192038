// The command line of a sample. Knows switches, numbers and a folder; refuses to know what they are for.
using System.Globalization;

namespace SeqGen.Samples;

/// <summary>What was asked for on the command line: switches (<c>--quick</c>), numbers (<c>--seed 3</c>) and one folder for the results.</summary>
public sealed class SampleOptions
{
    private readonly HashSet<string> _switches = [];
    private readonly Dictionary<string, string> _values = [];
    private readonly string[] _known;

    private SampleOptions(string[] known) => _known = known;

    /// <summary>The folder for results; null for the sample's own choice.</summary>
    private string? Given { get; set; }

    /// <summary>Reads a command line. With <c>--help</c> it prints the usage and gives null, with a mistake it says so, prints the usage and gives null.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="usage">The help text; its first word after "Usage:" is the program.</param>
    /// <param name="known">Switches, and numbers with "=" at the end ("--seed=").</param>
    public static SampleOptions? Read(string[] args, string usage, params string[] known)
    {
        var options = new SampleOptions(known);
        string? mistake = options.Fill(args);
        if (mistake is null && !args.Contains("--help") && !args.Contains("-h"))
        {
            return options;
        }

        if (mistake is not null)
        {
            Console.Error.WriteLine(mistake);
            Console.Error.WriteLine();
            Environment.ExitCode = 2;
        }

        (mistake is null ? Console.Out : Console.Error).WriteLine(usage);
        return null;
    }

    /// <summary>Whether a switch was given.</summary>
    public bool Has(string name) => _switches.Contains(name);

    /// <summary>A number that was given, or the default.</summary>
    public double Number(string name, double otherwise) =>
        _values.TryGetValue(name, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>The folder for results, created where it is missing.</summary>
    /// <param name="name">The folder below <c>artifacts</c> where none was given.</param>
    public string Folder(string name) => Directory.CreateDirectory(Given ?? Path.Combine("artifacts", name)).FullName;

    private string? Fill(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h" || _known.Contains(args[i]))
            {
                _switches.Add(args[i]);
            }
            else if (_known.Contains(args[i] + "="))
            {
                string name = args[i++];
                if (i == args.Length || !double.TryParse(args[i], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                {
                    return $"{name} needs a number after it{(i == args.Length ? "" : $", '{args[i]}' is none")}: for instance {name} 1.";
                }

                _values[name] = args[i];
            }
            else if (args[i].StartsWith('-') || Given is not null)
            {
                return $"'{args[i]}' is not an option here. {(Given is null ? "" : $"(The folder is '{Given}' already.) ")}Options: --help {string.Join(' ', _known.Select(k => k.Replace("=", " NUMBER")))}";
            }
            else
            {
                Given = args[i];
            }
        }

        return null;
    }
}
