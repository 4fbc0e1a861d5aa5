using CranePipeline.Commands;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class CsvFieldTests
{
    [TestCase("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [TestCase("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0")]
    [TestCase("-2+3", "'-2+3")]
    [TestCase("@SUM(A1)", "'@SUM(A1)")]
    [TestCase("\t=1", "'\t=1")]
    [TestCase("\uFF1D1+1", "'\uFF1D1+1")]
    public void What_a_spreadsheet_would_run_becomes_text(string text, string field)
    {
        Assert.That(CsvField.Of(text, neutralizeFormulas: true), Is.EqualTo(field));
        Assert.That(
            CsvField.Of(text, neutralizeFormulas: false).Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal),
            Is.EqualTo(text)
        );
    }

    [TestCase("-12.5", "-12.5")]
    [TestCase("B00X=1", "B00X=1")]
    [TestCase("", "")]
    [TestCase("a,\"b\"", "\"a,\"\"b\"\"\"")]
    public void Everything_else_stays_as_it_is(string text, string field) =>
        Assert.That(CsvField.Of(text, neutralizeFormulas: true), Is.EqualTo(field));
}
