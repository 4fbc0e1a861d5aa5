using CranePipeline.Tables;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CranePipeline.Configuration;

/// <summary>
/// Reads YAML into settings trees that know their lines. Built on the parser's events, because its document model stops at the
/// first repeated key and forgets whether a scalar was quoted.
/// </summary>
internal sealed class YamlSettings
{
    private const int MaximumDepth = 64;
    private readonly string _source;
    private readonly bool _hasLines;
    private readonly ConfigurationErrors _errors;
    private readonly Dictionary<AnchorName, SettingNode> _anchors = [];
    private readonly Parser _parser;

    private YamlSettings(string text, string source, bool hasLines, ConfigurationErrors errors)
    {
        _source = source;
        _hasLines = hasLines;
        _errors = errors;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a settings file. Its mistakes go to <paramref name="errors"/>; an empty file is an empty section.</summary>
    /// <param name="path">The file.</param>
    /// <param name="displayName">The file as messages name it.</param>
    /// <param name="errors">Where mistakes are gathered.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static SectionNode ReadFile(string path, string displayName, ConfigurationErrors errors)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{displayName} cannot be read: {exception.Message}", exception);
        }
        var node = new YamlSettings(text, displayName, hasLines: true, errors).Document();
        switch (node)
        {
            case SectionNode section:
                return section;
            case null or ScalarNode { IsEmpty: true }:
                break;
            default:
                errors.Add(node.Origin, "a settings file is made of 'name: value' lines");
                break;
        }
        return new SectionNode([], new SettingOrigin(displayName, 1));
    }

    /// <summary>
    /// Reads the value of "-Set key=value": a flow list, a flow section or a quoted text as YAML has them, anything else as it
    /// stands.
    /// </summary>
    public static SettingNode ReadValue(string text, string source, ConfigurationErrors errors)
    {
        var value = text.Trim();
        var origin = new SettingOrigin(source, 0);
        if (value.Length == 0 || !"[{\"'".Contains(value[0]))
        {
            // Not through the YAML parser: "*.gz", "@x" and "C:\data: old" mean themselves on a command line.
            return new ScalarNode(value, IsQuoted: value.Length == 0, origin);
        }
        return new YamlSettings(value, source, hasLines: false, errors).Document()
            ?? new ScalarNode(value, IsQuoted: true, origin);
    }

    private SettingNode? Document()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.Accept<StreamEnd>(out _))
            {
                return null;
            }
            _parser.Consume<DocumentStart>();
            var node = Node(depth: 0);
            _parser.Consume<DocumentEnd>();
            if (_parser.Accept<DocumentStart>(out var second))
            {
                _errors.Add(At(second.Start), "a settings file holds one document; remove the second '---'");
            }
            return node;
        }
        catch (YamlException exception)
        {
            // An unclosed quote is shown where it opens, anything else where the parser stumbled.
            var mark = exception.Message.Contains("unexpected end", StringComparison.Ordinal) ? exception.Start : exception.End;
            _errors.Add(At(mark), $"not valid YAML (column {mark.Column}): {Sentence(exception)}");
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The parser's own slips on text that is no YAML, such as a flow section that is never closed.
            _errors.Add(
                At(_parser.Current?.End ?? Mark.Empty),
                "not valid YAML from here on; a bracket or a quote may not be closed"
            );
            return null;
        }
    }

    private SettingNode Node(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested more than {MaximumDepth} deep");
        }
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var known)
                ? known
                : throw new YamlException(alias.Start, alias.End, $"no anchor '&{alias.Value}' stands before this alias");
        }
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Remember(scalar, new ScalarNode(scalar.Value, scalar.Style != ScalarStyle.Plain, At(scalar.Start)));
        }
        if (_parser.TryConsume<SequenceStart>(out var list))
        {
            var items = new List<SettingNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(depth + 1));
            }
            return Remember(list, new ListNode(items, At(list.Start)));
        }
        return Section(_parser.Consume<MappingStart>(), depth);
    }

    private SettingNode Section(MappingStart start, int depth)
    {
        var entries = new List<SettingEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            var value = Node(depth + 1);
            if (entries.Find(entry => entry.Name == key.Value) is { } earlier)
            {
                _errors.Add(
                    At(key.Start),
                    $"'{key.Value}' is set twice in the same section, first at {earlier.NameOrigin}; keep one"
                );
                continue;
            }
            entries.Add(new SettingEntry(key.Value, At(key.Start), value));
        }
        return Remember(start, new SectionNode(entries, At(start.Start)));
    }

    private SettingNode Remember(NodeEvent written, SettingNode node)
    {
        if (!written.Anchor.IsEmpty)
        {
            _anchors[written.Anchor] = node;
        }
        return node;
    }

    private SettingOrigin At(Mark mark) => new(_source, _hasLines ? checked((int)mark.Line) : 0);

    private static string Sentence(YamlException exception)
    {
        var text = (exception.InnerException?.Message ?? exception.Message).TrimEnd('.');
        return text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : "it cannot be read";
    }
}
