using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CranePipeline.Ingest.Mmrec;

/// <summary>The text files of an MMRec folder, and the data set file for one.</summary>
internal static class MmrecText
{
    /// <summary>The lines of the <c>.inter</c> file.</summary>
    public static IEnumerable<string> Interactions(MmrecInteractions rows)
    {
        yield return "userID\titemID"
            + (rows.Ratings is null ? "" : "\trating")
            + (rows.Timestamps is null ? "" : "\ttimestamp")
            + "\tx_label";
        var line = new StringBuilder();
        for (int row = 0; row < rows.Users.Length; row++)
        {
            line.Clear().Append(CultureInfo.InvariantCulture, $"{rows.Users[row]}\t{rows.Items[row]}");
            if (rows.Ratings is { } ratings)
            {
                line.Append(CultureInfo.InvariantCulture, $"\t{ratings[row]:0.0###}");
            }

            if (rows.Timestamps is { } timestamps)
            {
                line.Append(CultureInfo.InvariantCulture, $"\t{timestamps[row]}");
            }

            yield return line.Append(CultureInfo.InvariantCulture, $"\t{rows.Labels[row]}").ToString();
        }
    }

    /// <summary>The lines of an id map: raw id, tab, id.</summary>
    public static IEnumerable<string> IdMap(string rawName, string name, IReadOnlyList<string> raw)
    {
        yield return $"{rawName}\t{name}";
        for (int id = 0; id < raw.Count; id++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{raw[id]}\t{id}");
        }
    }

    /// <summary>The toolbox's own description of the data set.</summary>
    public static string ToolboxFile(string name, string[] arrays)
    {
        var text = new StringBuilder("# For the MMRec toolbox: put this file into its configs/dataset.\n");
        text.Append("USER_ID_FIELD: userID\nITEM_ID_FIELD: itemID\nfilter_out_cod_start_users: True\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"inter_file_name: {Quote(name + ".inter")}\nfield_separator: \"\\t\"\ninter_splitting_label: 'x_label'\n"
        );
        foreach (string array in arrays)
        {
            string key = array switch
            {
                "image_feat.npy" => "vision_feature_file",
                "text_feat.npy" => "text_feature_file",
                _ => array.Replace("_feat.npy", "_feature_file", StringComparison.Ordinal),
            };
            text.Append(CultureInfo.InvariantCulture, $"{key}: {Quote(array)}\n");
        }

        return text.ToString();
    }

    /// <summary>The data set file for a folder, its paths below <paramref name="folder"/>.</summary>
    public static string DatasetFile(MmrecDataset dataset, string folder)
    {
        string prefix = folder == "." ? "" : folder + "/";
        string source = string.Create(
            CultureInfo.InvariantCulture,
            $"An MMRec folder with {dataset.Interactions} interactions of {dataset.Users} users with {dataset.Items} items."
        );
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"name: {Quote(dataset.Name)}\ntitle: {Quote(dataset.Name + " (MMRec folder)")}\nfamily: {Quote(dataset.Name)}\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"source: {Quote(source)}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"ingest:\n  interactions:\n    - path: {Quote(prefix + dataset.InteractionsFile)}\n      format: mmrec\n"
        );
        text.Append("  minUserInteractions: 0\n  minItemInteractions: 0\n");
        text.Append(CultureInfo.InvariantCulture, $"split:\n  method: {(dataset.Labelled ? "labels" : "random")}\n");
        text.Append(dataset.Modalities.Count > 0 ? "modalities:\n" : "");
        foreach (MmrecModality modality in dataset.Modalities)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {Quote(modality.Name)}:\n    source: npy\n    path: {Quote(prefix + modality.FileName)}\n"
            );
        }

        return text.ToString();
    }

    /// <summary>A YAML scalar: as it stands where nothing in it means anything, else in double quotes, whose escapes are JSON's.</summary>
    private static string Quote(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/')
            ? text
            : JsonSerializer.Serialize(text);
}
