using CranePipeline.Tables;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Small data sets of one's own whose content says nothing, or less than the settings ask for.</summary>
public sealed class AwkwardContentTests : IDisposable
{
    private const int Users = 30;
    private const int Items = 12;
    private readonly Workspace workspace = new();

    public AwkwardContentTests()
    {
        workspace.CopyConf();
        Directory.CreateDirectory(workspace.Data);
        var lines = new List<string> { "userID\titemID\tx_label" };
        for (int user = 0; user < Users; user++)
        {
            // Neighbouring items, so that each has users and every part has rows.
            lines.AddRange(Enumerable.Range(0, 6).Select(step => $"{user}\t{(user + step) % Items}\t{Math.Max(0, step - 3)}"));
        }

        File.WriteAllLines(Path.Combine(workspace.Data, "x.inter"), lines);
        Write("constant.npy", _ => 2f);
        Write("good.npy", value => MathF.Sin(value * value));
    }

    public void Dispose() => workspace.Dispose();

    [Test]
    public void A_constant_modality_beside_a_good_one_is_left_out_and_the_report_says_so()
    {
        Dataset("half", "visual: {source: npy, path: constant.npy}", "acoustic: {source: npy, path: good.npy}");

        Outcome outcome = Run("half");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(
            outcome.Output + outcome.Error,
            Does.Contain("modality visual").And.Contain($"all {Items} vectors are the same")
        );
        string report = File.ReadAllText(Path.Combine(workspace.ArtifactOf("report", "half"), "report.html"));
        Assert.That(report, Does.Contain($"left out: all {Items} vectors are the same"));
    }

    [TestCase("crane")]
    [TestCase("lightgcn")]
    public void A_lone_constant_modality_is_an_error_that_names_it_before_training(string model)
    {
        Dataset("alone", "visual: {source: npy, path: constant.npy}");

        Outcome outcome = Run("alone", "-Model", model);

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output + outcome.Error);
        Assert.That(outcome.Error, Does.Contain("visual: all").And.Not.Contain("learning rate"));
        Assert.That(Directory.Exists(Path.Combine(workspace.Store, "alone", "train")), Is.False);
    }

    [Test]
    public void A_shop_with_fewer_items_than_any_cut_off_ends_in_a_report()
    {
        Dataset("shop", "acoustic: {source: npy, path: good.npy}");

        Outcome outcome = Run("shop");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.Output + outcome.Error, Does.Contain($"there are only {Items} items"));
        Assert.That(Path.Combine(workspace.ArtifactOf("report", "shop"), "report.html"), Does.Exist);
    }

    private Outcome Run(string dataset, params string[] more) =>
        workspace.Run([
            "-Stage",
            "all",
            "-Dataset",
            dataset,
            "-Data",
            workspace.Data,
            "-Seed",
            "9",
            "-Set",
            "train.epochs=2",
            .. more,
        ]);

    private void Dataset(string name, params string[] modalities) =>
        File.WriteAllText(
            Path.Combine(workspace.Conf, "datasets", name + ".yaml"),
            $$"""
            name: {{name}}
            title: {{name}}
            ingest:
              interactions:
                - path: x.inter
              minUserInteractions: 0
              minItemInteractions: 0
            split: {method: labels}
            modalities:
              {{string.Join("\n  ", modalities)}}
            """
        );

    private void Write(string name, Func<float, float> value) =>
        NpyFile.Write(
            Path.Combine(workspace.Data, name),
            Items,
            4,
            [.. Enumerable.Range(0, Items * 4).Select(place => value(place + 1))]
        );
}
