// The edits that diagnostics carry for code fixes: put into the source they mend the mistake.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class SuggestedEditTests
{
    private static string Mend(string source, Diagnostic diagnostic)
    {
        Assert.True(diagnostic.Properties.TryGetValue(Descriptors.Replacement, out string? text), "no edit");
        Location place = Assert.Single(diagnostic.AdditionalLocations);
        Assert.Equal(source, place.SourceTree!.ToString());
        return source[..place.SourceSpan.Start] + text + source[place.SourceSpan.End..];
    }

    private static IEnumerable<Diagnostic> Find(string source) => NetworkHarness.Run(source).Run.FromAnalyzer();

    [Theory]
    [InlineData("SEQ0001")]
    [InlineData("SEQ0002")]
    [InlineData("SEQ0003")]
    [InlineData("SEQ0004")]
    [InlineData("SEQ0006")]
    [InlineData("SEQ0007")]
    [InlineData("SEQ0008")]
    [InlineData("SEQ0011")]
    [InlineData("SEQ0012")]
    [InlineData("SEQ0019")]
    [InlineData("SEQ0102")]
    [InlineData("SEQ0103")]
    [InlineData("SEQ0105")]
    [InlineData("SEQ0106")]
    [InlineData("SEQ0111")]
    [InlineData("SEQ0121")]
    [InlineData("SEQ0122")]
    [InlineData("SEQ0123")]
    [InlineData("SEQ0136")]
    public void The_edit_mends_the_documented_mistake(string id)
    {
        string source = DocumentedExampleTests.Example(id, "wrong");
        string mended = Mend(source, Find(source).First(d => d.Id == id));
        Assert.True(!Find(mended).Any(d => d.Id == id), mended);
    }

    [Theory]
    [InlineData("[Network(Inputs = 8, Timesteps = 4)] [Lstm(2)] partial record class Net;", "[Network(Inputs = 8, Timesteps = 4)] [Lstm(2)] partial class Net;")]
    [InlineData("[Lstm(2), Dense(1)] partial class Net;", "[Network(Inputs = 1, Timesteps = 64)] [Lstm(2), Dense(1)] partial class Net;")]
    [InlineData("[Network(Timesteps = 4)] [Lstm(2)] partial class Net;", "[Network(Timesteps = 4, Inputs = 1)] [Lstm(2)] partial class Net;")]
    [InlineData("[Network(Inputs = 4)] [Lstm(2)] partial class Net;", "[Network(Inputs = 4, Timesteps = 64)] [Lstm(2)] partial class Net;")]
    [InlineData("[Network(Inputs = 4, Timesteps = 0)] [Lstm(2)] partial class Net;", "[Network(Inputs = 4, Timesteps = 64)] [Lstm(2)] partial class Net;")]
    [InlineData("[Network(Inputs = 4, Timesteps = 2)] [Gru(2, Returns = Returns.Last)] [Dropout(0.5)] [Lstm(2)] partial class Net;", "[Network(Inputs = 4, Timesteps = 2)] [Gru(2)] [Dropout(0.5)] [Lstm(2)] partial class Net;")]
    [InlineData("[Network(Inputs = 4, Timesteps = 2)] [Gru(2)] partial class Net { public Net(int a) { } }", "[Network(Inputs = 4, Timesteps = 2)] [Gru(2)] partial class Net { public Net(int a) { Initialize(0); } }")]
    public void The_edit_is_this(string source, string mended)
    {
        Assert.Equal(mended, Mend(source, Find(source).Single()));
        Assert.Empty(Find(mended));
    }

    [Fact]
    public void Properties_hold_what_the_message_was_filled_with()
    {
        Diagnostic diagnostic = Find("[Network(Inputs = 4, Timesteps = 2)] [Gru(2, Name = \"a b\")] partial class Net;").Single();
        Assert.Equal("a b", diagnostic.Properties["0"]);
        Assert.Contains(diagnostic.Properties["1"]!, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
