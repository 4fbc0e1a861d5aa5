using System.Diagnostics;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Configuration;

/// <summary>A file of <c>conf/models</c>: settings and presets of a model of the catalogue.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Tree">What stands in it.</param>
internal sealed record ModelFile(string Name, SectionNode Tree)
{
    /// <summary>Names the catalogue's model, where that is not the file's own name.</summary>
    public const string Base = "base";

    private string BaseName => Tree.Find(Base) is ScalarNode { IsEmpty: false } written ? written.Text : Name;

    /// <summary>What tables call it: the file's title, the catalogue's, or the file's name.</summary>
    public string Title =>
        Tree.Find("title") is ScalarNode { IsEmpty: false } title ? title.Text : ModelCatalog.Find(Name)?.Title ?? Name;

    /// <summary>Reads the file of a model.</summary>
    public static ModelFile Read(ConfigurationFolder folder, string model, SectionNode choice, ConfigurationErrors errors)
    {
        var path = folder.ModelFile(model, choice.Find("model")?.Origin ?? SettingOrigin.Default);
        var tree = YamlSettings.ReadFile(path, ConfigurationFolder.Display(path), errors);
        ConfigurationLoader.CheckName(tree, path, errors);
        return new ModelFile(Path.GetFileNameWithoutExtension(path), tree);
    }

    /// <summary>The model's own settings, as the catalogue has them.</summary>
    /// <exception cref="InputException">The catalogue has no such model.</exception>
    public ModelOptions Options(ConfigurationErrors errors)
    {
        if (ModelCatalog.Find(BaseName) is { } entry)
        {
            return entry.Default;
        }
        string[] known = [.. ModelCatalog.All.Select(entry => entry.Name)];
        errors.Add(
            Tree.Find(Base)?.Origin ?? Tree.Origin,
            $"there is no model '{BaseName}'{NearestName.SuggestionOf(BaseName, known, "there are")}; "
                + $"write '{Base}: NAME' into the model's file"
        );
        errors.ThrowIfAny();
        throw new UnreachableException();
    }
}
