// CSV files: what is read, and that every fault is named with its line and column.
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using SeqGen.Csv;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class CsvTests
{
    private const string Load = "time,load,\"city, in full\",day\n2024-02-29 22:00,1.5,Bonn,Thu\n2024-02-29 23:00,NA,\"Köln\n(Cologne)\",Thu\n\n2024-03-01 02:00,-2e3,Bonn,Fri\n";

    [Fact]
    public void Columns_are_what_they_are_asked_for_as()
    {
        CsvTable table = Table(Load);
        Assert.Equal(3, table.Rows);
        Assert.Equal(["time", "load", "city, in full", "day"], table.Columns);
        Assert.Equal([1.5f, float.NaN, -2000], table.Numbers("load"));
        Assert.Equal([1.5f, 1.5f, float.NaN, float.NaN, -2000, -2000], table.Numbers("load", "load"));
        Assert.Equal([new(2024, 2, 29, 22, 0, 0), new(2024, 2, 29, 23, 0, 0), new(2024, 3, 1, 2, 0, 0)], table.Dates("time"));
        Assert.Equal(["Bonn", "Köln\n(Cologne)", "Bonn"], table.Texts("city, in full"));
        Vocabulary cities = table.VocabularyOf("city, in full", new() { Unknown = "?" });
        Assert.Equal(["?", "Bonn", "Köln\n(Cologne)"], cities.Symbols);
        Assert.Equal([1, 2, 1], table.Tokens("city, in full", cities));
        Assert.Equal([0, 1, 0, 0, 0, 1, 0, 1, 0], table.OneHot("city, in full", cities));
    }

    [Fact]
    public void Hours_that_the_file_leaves_out_are_put_in()
    {
        CsvTable table = Table(Load).WithEveryStep("time", TimeSpan.FromHours(1));
        Assert.Equal([1.5f, float.NaN, float.NaN, float.NaN, -2000], table.Numbers("load"));
        Assert.Equal(Enumerable.Range(0, 5).Select(h => new DateTime(2024, 2, 29, 22, 0, 0).AddHours(h)), table.Dates("time"));
        Assert.Equal(["Thu", "Thu", "", "", "Fri"], table.Texts("day"));
        Assert.Equal([0, 0, 2, 2, 1], table.Tokens("day", Vocabulary.Parse("{\"symbols\":[\"Thu\",\"Fri\",\"?\"],\"unknown\":2}")));
        Assert.Equal([1, 0, 1, 0, 0, 0, 0, 0, 0, 1], table.OneHot("day", Vocabulary.Of(["Thu", "Thu", "Fri"])));

        CsvTable german = Table("zeit;last\n31.12.2023;1,5\n2.1.2024;3\n", new() { Culture = CultureInfo.GetCultureInfo("de") }).WithEveryStep("zeit", TimeSpan.FromDays(1), "dd.MM.yyyy", "d.M.yyyy");
        Assert.Equal([1.5f, float.NaN, 3], german.Numbers("last"));
        Assert.Equal([new(2023, 12, 31), new(2024, 1, 1), new(2024, 1, 2)], german.Dates("zeit", "dd.MM.yyyy", "d.M.yyyy"));
    }

    [Theory]
    [InlineData("time,load\n2024-01-01,1\n2024-01-01,2\n", "it, line 3, column 'time': '2024-01-01' is not a whole number of steps of 1.00:00:00 after the row before, 2024-01-01. Sort the file")]
    [InlineData("time,load\n2024-01-02,1\n2024-01-01,2\n", "it, line 3, column 'time': '2024-01-01' is not a whole number of steps")]
    [InlineData("time,load\n2024-01-01,1\n2024-01-02 12:00,2\n", "it, line 3, column 'time': '2024-01-02 12:00' is not a whole number of steps")]
    [InlineData("time,load\n0001-01-01,1\n9999-12-31,2\n", "")]
    public void Times_that_are_in_no_order_are_named(string text, string said)
    {
        if (said.Length == 0)
        {
            Assert.Equal(3652059, Table(text).WithEveryStep("time", TimeSpan.FromDays(1)).Rows);
            return;
        }

        Assert.StartsWith(said, Assert.Throws<CsvException>(() => Table(text).WithEveryStep("time", TimeSpan.FromDays(1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n\n3,x4\n", "it, line 4, column 'b': 'x4' is no number that a float holds.")]
    [InlineData("a,b\n1,\"\n2\"\n3,1e39\n", "it, line 4, column 'b': '1e39' is no number")]
    [InlineData("a;b\n1;2,5\n", "it, line 2, column 'b': '2,5' is no number that a float holds. Numbers with a decimal comma need a culture")]
    [InlineData("a,b\n1,∞\n", "it, line 2, column 'b': '∞' is no number")]
    [InlineData("a,b\n1,2\n3\n", "it, line 3: 1 columns, where the first line has 2 (a, b).")]
    [InlineData("a,b\n1,2,3\n", "it, line 2: 3 columns, where the first line has 2 (a, b).")]
    [InlineData("a,b,a\n1,2,3\n", "it, line 1: 2 columns are called 'a'.")]
    [InlineData("a,b\n", "it has a header and no rows.")]
    [InlineData("", "it has no lines.")]
    [InlineData("\n\n", "it has no lines.")]
    [InlineData("\r\n\na,b\n1,x\n", "it, line 4, column 'b': 'x' is no number")]
    [InlineData("a,c\n1,2\n", "it has no column 'b'. It has a, c.")]
    public void Faults_are_named_with_line_and_column(string text, string said) =>
        Assert.StartsWith(said, Assert.Throws<CsvException>(() => Table(text).Numbers("a", "b")).Message, StringComparison.Ordinal);

    [Fact]
    public void Dates_and_categories_that_are_none_are_named()
    {
        CsvTable table = Table("when,what\n01/02/2024,a\n,NA\n");
        Assert.StartsWith("it, line 2, column 'when': '01/02/2024' is no date of the form yyyy-MM-dd or yyyy-MM-ddTHH:mm or yyyy-MM-dd HH:mm. Give its form", Assert.Throws<CsvException>(() => table.Dates("when")).Message, StringComparison.Ordinal);
        Assert.StartsWith("it, line 3, column 'when': '' is no date of the form dd/MM/yyyy.", Assert.Throws<CsvException>(() => table.Dates("when", "dd/MM/yyyy")).Message, StringComparison.Ordinal);
        Assert.StartsWith("it, line 3, column 'what': 'NA' is no category.", Assert.Throws<CsvException>(() => table.Tokens("what", table.VocabularyOf("what"))).Message, StringComparison.Ordinal);
        Assert.StartsWith("it, line 2, column 'what': 'a' is none of the 1 known categories.", Assert.Throws<CsvException>(() => table.Tokens("what", Vocabulary.Of(["b"]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("it: column 'b' has no value", Assert.Throws<CsvException>(() => Table("a,b\n1,\n").VocabularyOf("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_have_any_separator_and_no_header_and_a_mark_at_their_beginning()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "a\tb\r\n1\t2\r\n", new System.Text.UTF8Encoding(true));
            Assert.Equal([1, 2], CsvTable.Read(path).Numbers());
            Assert.Equal(["a", "b"], CsvTable.Read(path).Columns);
            File.WriteAllText(path, "1|2\n3|4");
            CsvTable table = CsvTable.Read(path, new() { HasHeader = false, Separator = '|' });
            Assert.Equal(["0", "1"], table.Columns);
            Assert.Equal([2, 4], table.Numbers("1"));
            File.WriteAllText(path, "\n1|x");
            Assert.Contains(", line 2, column '1': 'x'", Assert.Throws<CsvException>(() => CsvTable.Read(path, new() { HasHeader = false, Separator = '|' }).Numbers()).Message, StringComparison.Ordinal);
            File.WriteAllText(path, "only\n1\n\n3\n");
            Assert.Equal([1, float.NaN, 3], CsvTable.Read(path).Numbers());
            File.WriteAllBytes(path, [(byte)'a', (byte)'\n', 0xff, 0xfe, 0xfd, (byte)'\n']);
            Assert.Contains(Path.GetFileName(path), Assert.Throws<CsvException>(() => CsvTable.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("fa-IR")]
    [InlineData("th-TH")]
    [InlineData("fi-FI")]
    public void ISO_dates_are_the_same_in_every_culture(string culture)
    {
        CsvTable table = Table("t;v\n2024-02-29 13:00;1\n2024-02-29T15:00:00;2\n", new() { Culture = CultureInfo.GetCultureInfo(culture) }).WithEveryStep("t", TimeSpan.FromHours(1));
        Assert.Equal([new(2024, 2, 29, 13, 0, 0), new(2024, 2, 29, 14, 0, 0), new DateTime(2024, 2, 29, 15, 0, 0)], table.Dates("t"));
    }

    [Fact]
    public void Times_with_a_zone_are_in_UTC_wherever_they_are_read()
    {
        // The hour that comes twice when clocks are put back, and the one that does not come in spring.
        CsvTable autumn = Table("t,v\n2024-10-27T02:00:00+02:00,1\n2024-10-27 02:00+01:00,2\n2024-10-27T03:00Z,3\n");
        DateTime[] times = [new(2024, 10, 27, 0, 0, 0), new(2024, 10, 27, 1, 0, 0), new(2024, 10, 27, 3, 0, 0)];
        Assert.Equal(times, autumn.Dates("t"));
        Assert.All(autumn.Dates("t"), t => Assert.Equal(DateTimeKind.Utc, t.Kind));
        Assert.Equal([1, 2, float.NaN, 3], autumn.WithEveryStep("t", TimeSpan.FromHours(1)).Numbers("v"));
        Assert.Equal(4, autumn.WithEveryStep("t", TimeSpan.FromHours(1)).Dates("t").Distinct().Count());
        CsvTable own = Table("t,v\n31.03.2024 01:00 +01:00,1\n31.03.2024 04:00 +02:00,2\n").WithEveryStep("t", TimeSpan.FromHours(1), "dd.MM.yyyy HH:mm zzz");
        Assert.Equal([new(2024, 3, 31, 0, 0, 0), new(2024, 3, 31, 1, 0, 0), new DateTime(2024, 3, 31, 2, 0, 0)], own.Dates("t", "dd.MM.yyyy HH:mm zzz"));
    }

    [Fact]
    public void What_is_put_in_has_its_own_time_in_whatever_form()
    {
        string[] forms = ["dd.MM.yyyy", "dd.MM.yyyy HH:mm"];
        CsvTable table = Table("t,v\n01.01.2024,1\n01.01.2024 03:00,2\n").WithEveryStep("t", TimeSpan.FromHours(1), forms);
        Assert.Equal(Enumerable.Range(0, 4).Select(h => new DateTime(2024, 1, 1, h, 0, 0)), table.Dates("t", forms));
        Assert.Contains("line 3, column 't': '02.01.2024' comes after 2024-01-01T06:00:00, which is put in and which no form of dd.MM.yyyy says.", Assert.Throws<CsvException>(
            () => Table("t,v\n01.01.2024,1\n02.01.2024,2\n").WithEveryStep("t", TimeSpan.FromHours(6), "dd.MM.yyyy")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_fit_no_table_are_named_before_they_are_put_in()
    {
        CsvTable days = Table("t,v\n2024-01-01,1\n2024-01-02,2\n");
        Assert.Contains("'2024-01-02' is not a whole number of steps", Assert.Throws<CsvException>(() => days.WithEveryStep("t", TimeSpan.MaxValue)).Message, StringComparison.Ordinal);
        Assert.Contains("'2024-01-02' comes so long after 2024-01-01 that the steps of 00:00:00.0000001", Assert.Throws<CsvException>(() => days.WithEveryStep("t", TimeSpan.FromTicks(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spaces_around_categories_are_no_part_of_them()
    {
        CsvTable table = Table("c,v\n a,1\na ,2\n ,3\n NA,4\n");
        Vocabulary known = table.VocabularyOf("c");
        Assert.Equal(["a"], known.Symbols);
        Assert.Equal([1, 1, 0, 0], table.OneHot("c", known));
        Assert.Contains("line 4, column 'c': ' ' is no category", Assert.Throws<CsvException>(() => table.Tokens("c", known)).Message, StringComparison.Ordinal);
        Assert.Equal([" a", "a ", " ", " NA"], table.Texts("c"));
    }

    [Fact]
    public void Other_encodings_are_said_and_marks_of_a_reader_are_left_out()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [(byte)'a', (byte)'\n', 0xE4, (byte)'\n']);
            Assert.Contains("Encoding = Encoding.Latin1 in the options", Assert.Throws<CsvException>(() => CsvTable.Read(path)).Message, StringComparison.Ordinal);
            Assert.Equal(["ä"], CsvTable.Read(path, new() { Encoding = System.Text.Encoding.Latin1 }).Texts("a"));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(["a", "b"], Table("\uFEFFa,b\n1,2\n").Columns);
        Assert.Equal("Culture", Assert.Throws<ArgumentNullException>(() => new CsvOptions { Culture = null! }).ParamName);
        Assert.Equal("Missing", Assert.Throws<ArgumentNullException>(() => new CsvOptions { Missing = null! }).ParamName);
    }

    [Fact]
    public void A_wide_and_a_long_one()
    {
        string header = string.Join(',', Enumerable.Range(0, 300).Select(i => $"c{i}")), row = string.Join(',', Enumerable.Range(0, 300));
        float[] wide = Table(header + "\n" + string.Concat(Enumerable.Repeat(row + "\n", 200))).Numbers();
        Assert.Equal(Enumerable.Range(0, 60_000).Select(i => (float)(i % 300)), wide);
        Assert.Equal(200_000, Table("a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 200_000))).Numbers("b").Count(v => v == 2));
    }

    private static CsvTable Table(string text, CsvOptions? options = null) => CsvTable.Read(new StringReader(text), "it", options);
}
