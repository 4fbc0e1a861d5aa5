namespace CranePipeline.EndToEnd.Tests;

/// <summary>A data set of raw files that the program does not generate, on a machine that has them and on one that does not.</summary>
public sealed class RawFilesElsewhereTests
{
    private const string Dataset = """
        name: shop
        ingest:
          interactions:
            - path: sample/reviews_Sample.json.gz
        modalities:
          visual: { source: imageBinary, path: sample/image_features_Sample.b, reduce: 64, optional: true }
        """;

    [Test]
    public void One_machine_trains_with_an_optional_modality_and_another_reports()
    {
        using Workspace here = Open();
        using Workspace there = Open();
        string remote = Path.Combine(here.Folder, "remote");
        Outcome generated = here.Run(here.Small("download"));
        Outcome trained = here.Run(Shop(here, "all"));
        Outcome pushed = here.Run(Shop(here, "push", "-Remote", remote));
        Assert.That((generated.ExitCode, trained.ExitCode, pushed.ExitCode), Is.EqualTo((0, 0, 0)), trained.Error);

        Outcome pulled = there.Run(Shop(there, "pull", "-Remote", remote));
        Outcome status = there.Run(Shop(there, "status"));
        Outcome again = there.Run(Shop(there, "report", "-Json"));
        Outcome forced = there.Run(Shop(there, "features", "-Force"));

        Assert.That(Directory.Exists(there.Data), Is.False, "the raw files are not there");
        Assert.That((pulled.ExitCode, status.ExitCode), Is.EqualTo((0, 0)), pulled.Error + status.Output);
        Assert.That(again.States()["report"], Is.EqualTo("fresh"), again.Error);
        Assert.That(forced.ExitCode, Is.EqualTo(1));
        Assert.That(forced.Error, Does.Contain("raw files that are not in").And.Contain("image_features_Sample.b"));
    }

    private static Workspace Open()
    {
        var workspace = new Workspace();
        workspace.CopyConf();
        File.WriteAllText(Path.Combine(workspace.Conf, "datasets", "shop.yaml"), Dataset);
        return workspace;
    }

    private static string[] Shop(Workspace workspace, string stage, params string[] more) =>
        ["-Stage", stage, "-Dataset", "shop", "-Seed", "9", "-Data", workspace.Data, "-Set", "train.epochs=2", .. more];
}
