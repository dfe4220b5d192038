// Names in generated files say what they stand for, whoever calls it, and nothing is written twice.
// Knows methods, who calls whom, and constants, by the compiler's parser; refuses to know what any of it computes.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public class EmittedNameTests
{
    private const string Both = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(64, Direction = Direction.Both)] [Lstm(64, Direction = Direction.Both)] [Dense(1)] [MeanSquaredError] public partial class Both;";

    private const string Machine = "[Network(Inputs = 9, Timesteps = 20)] [NeuralTuringMachine(8, Name = \"machine\")] [BinaryCrossEntropy] public partial class Machine;";

    private const string Classifier = """
        [Network(Tokens = 50, Timesteps = 9)] [Embedding(6)] [Gru(48, Direction = Direction.Both, ResetAfter = false)] [Lstm(48, Peephole = true, LayerNorm = true)]
        [SelfAttention(16, Heads = 4)] [AttentionPooling(16)] [Dropout(0.3)] [Dense(7, Activation = Activation.Tanh)] [Dense(2)] [SoftmaxCrossEntropy] public partial class Classifier;
        """;

    private static readonly string[] _phases = ["Forward", "Backward", "Predict", "Encode", "Decode", "Step"];

    private static readonly string[] _own = [Both, Machine, Classifier];

    /// <summary>The programs' classes of all of these, of random stacks and of golden cases.</summary>
    private static IEnumerable<ClassDeclarationSyntax> Programs =>
        from compilation in new[] { Compiled(_own), EquivalenceTests.Run.Run.After, GoldenNetworks.OwnRun.Run.After }
        from program in ProgramsOf(compilation)
        select program;

    [Fact]
    public void No_two_methods_differ_in_names_alone()
    {
        foreach (ClassDeclarationSyntax program in Programs)
        {
            foreach (IGrouping<string, MethodDeclarationSyntax> alike in Loops(program).GroupBy(WithoutNames))
            {
                Assert.True(alike.Count() == 1, $"{program.Identifier.Text}: {string.Join(", ", alike.Select(m => m.Identifier.Text))}");
            }
        }
    }

    [Fact]
    public void Every_method_is_called_and_what_is_named_after_one_program_or_direction_by_no_other()
    {
        foreach (ClassDeclarationSyntax program in Programs)
        {
            Dictionary<string, HashSet<string>> callers = Callers(program);
            foreach (string loop in Loops(program).Select(m => m.Identifier.Text))
            {
                Assert.True(callers.TryGetValue(loop, out HashSet<string>? phases), $"{program.Identifier.Text}: nothing calls {loop}");
                Assert.True(!loop.Contains("Training") || phases.SetEquals(["Forward"]), $"{program.Identifier.Text}: {loop} is called by {string.Join(", ", phases)}");
                Assert.True(!loop.Contains("Backward") || phases.SetEquals(["Backward"]), $"{program.Identifier.Text}: {loop} is called by {string.Join(", ", phases)}");
            }
        }
    }

    [Fact]
    public void Both_directions_and_equal_layers_share_their_cell()
    {
        ClassDeclarationSyntax program = ProgramsOf(Compiled(Both)).Single();
        Assert.Equal(["LstmCell", "LstmCellBackward", "LstmTrainingCell"], Loops(program).Select(m => m.Identifier.Text).Where(n => n.Contains("Cell")).Order());
        Assert.Equal("(int rows, ref float gatesAt, int panel, ref float cAt, ref float cOutAt, ref float hOutAt)", Loops(program).Single(m => m.Identifier.Text == "LstmCell").ParameterList.ToString());
    }

    [Fact]
    public void Products_are_called_after_their_parameters()
    {
        string[] constants = [.. ProgramsOf(Compiled(Machine, Classifier)).SelectMany(p => p.Members.OfType<FieldDeclarationSyntax>())
            .SelectMany(f => f.Declaration.Variables).Select(v => v.Identifier.Text)];
        Assert.Superset(
            new HashSet<string>(["MachineControllerWeights", "MachineReadHeadKeyWeights", "MachineWriteHeadEraseBias", "MachineOutputWeights", "GruReverseCandidateWeights", "LstmStateGatesWeights",
                "SelfattentionInProjWeights", "AttentionpoolingVWeights"]),
            new HashSet<string>(constants));
        Assert.DoesNotContain(constants, c => Regex.IsMatch(c, "(Machine|Gru|Lstm|Selfattention|Attentionpooling)[0-9]"));
    }

    [Fact]
    public void Variables_are_written_as_CSharp_is()
    {
        foreach (ClassDeclarationSyntax program in Programs)
        {
            Assert.DoesNotContain(Variables(program), v => v.Contains('_') && !(v[0] == '_' && char.IsAsciiDigit(v[1])));
        }
    }

    [Fact]
    public void No_parameter_of_a_method_is_unused_but_those_of_a_phase() =>
        Assert.Equal("", string.Join("\n",
            from program in Programs
            from method in program.Members.OfType<MethodDeclarationSyntax>()
            where method.Modifiers.Any(SyntaxKind.PrivateKeyword) && !_phases.Contains(method.Identifier.Text)
            from parameter in method.ParameterList.Parameters
            where !method.Body!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(i => i.Identifier.Text == parameter.Identifier.Text)
            select $"{program.Identifier.Text}.{method.Identifier.Text}: {parameter}"));

    private static Compilation Compiled(params string[] sources) => NetworkHarness.Run(sources).AssertClean().Run.After;

    private static IEnumerable<ClassDeclarationSyntax> ProgramsOf(Compilation compilation) =>
        from tree in compilation.SyntaxTrees
        where tree.FilePath.EndsWith(".g.cs", System.StringComparison.Ordinal)
        from program in tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
        where program.Modifiers.Any(SyntaxKind.FileKeyword)
        select program;

    /// <summary>Methods that see no frame: elementwise loops, rows, dot products.</summary>
    private static IEnumerable<MethodDeclarationSyntax> Loops(ClassDeclarationSyntax program) =>
        program.Members.OfType<MethodDeclarationSyntax>().Where(m => m.TypeParameterList is not null && m.ParameterList.Parameters.All(p => p.Type!.ToString() != "Frame"));

    private static IEnumerable<string> Variables(SyntaxNode node) =>
        node.DescendantNodes().OfType<MethodDeclarationSyntax>().SelectMany(m => m.DescendantNodes()).Select(Declared).OfType<string>();

    private static string? Declared(SyntaxNode node) => node switch
    {
        ParameterSyntax parameter => parameter.Identifier.Text,
        VariableDeclaratorSyntax variable => variable.Identifier.Text,
        _ => null,
    };

    /// <summary>A method's text with numbers for its variables, in the order in which they are declared.</summary>
    private static string WithoutNames(MethodDeclarationSyntax method)
    {
        Dictionary<string, string> numbers = method.DescendantNodes().Select(Declared).OfType<string>().Distinct().Select((n, i) => (n, i))
            .ToDictionary(p => p.n, p => "#" + p.i.ToString(CultureInfo.InvariantCulture));
        return string.Concat(new SyntaxNode[] { method.ParameterList, method.Body! }.SelectMany(n => n.DescendantTokens())
            .Select(t => t.IsKind(SyntaxKind.IdentifierToken) && numbers.TryGetValue(t.Text, out string? number) ? number : t.Text + " "));
    }

    /// <summary>The phases from which each method is reached.</summary>
    private static Dictionary<string, HashSet<string>> Callers(ClassDeclarationSyntax program)
    {
        var methods = program.Members.OfType<MethodDeclarationSyntax>().Where(m => m.TypeParameterList is not null).ToLookup(m => m.Identifier.Text);
        var callers = new Dictionary<string, HashSet<string>>();
        foreach (string phase in _phases.Where(methods.Contains))
        {
            var open = new Stack<string>([phase]);
            while (open.Count > 0)
            {
                foreach (string called in methods[open.Pop()].SelectMany(m => m.DescendantNodes()).OfType<InvocationExpressionSyntax>().Select(i => i.Expression).OfType<GenericNameSyntax>()
                    .Select(n => n.Identifier.Text).Where(methods.Contains))
                {
                    if (!callers.TryGetValue(called, out HashSet<string>? phases))
                    {
                        callers[called] = phases = [];
                    }

                    if (phases.Add(phase))
                    {
                        open.Push(called);
                    }
                }
            }
        }

        return callers;
    }
}
