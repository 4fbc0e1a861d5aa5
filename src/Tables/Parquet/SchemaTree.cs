namespace CranePipeline.Tables;

/// <summary>Turns the footer's flat schema into leaves with their levels, names and types.</summary>
internal sealed class SchemaTree
{
    private const int DeepestNesting = 64;
    private readonly List<SchemaElement> elements;
    private readonly List<SchemaLeaf> leaves = [];
    private int next = 1;

    private SchemaTree(List<SchemaElement> elements) => this.elements = elements;

    public static List<SchemaLeaf> Leaves(List<SchemaElement> elements)
    {
        if (elements.Count == 0)
        {
            throw new CorruptDataException("a footer without a schema");
        }
        var tree = new SchemaTree(elements);
        for (var child = 0; child < elements[0].ChildCount; child++)
        {
            tree.Walk("", Naming.Keep, 0, 0, 0, 0);
        }
        if (tree.next != elements.Count)
        {
            throw new CorruptDataException($"a schema of {elements.Count} nodes of which {tree.next} hang together");
        }
        return tree.leaves;
    }

    /// <summary>What becomes of a node's name: the two nodes between a list and its elements are the format's, not the user's.</summary>
    private enum Naming
    {
        Keep,
        ListWrapper,
        ListElement,
    }

    private void Walk(string path, Naming naming, int definition, int repetition, int listDefinition, int depth)
    {
        if (next >= elements.Count || depth > DeepestNesting)
        {
            throw new CorruptDataException("a schema whose nodes do not hang together");
        }
        var element = elements[next++];
        if (element.Repetition is < Repetition.Required or > Repetition.Repeated)
        {
            throw new CorruptDataException($"a schema node of unknown repetition {(int)element.Repetition}");
        }
        if (element.Repetition != Repetition.Required)
        {
            definition++;
        }
        if (element.Repetition == Repetition.Repeated)
        {
            repetition++;
            listDefinition = definition;
        }
        var name =
            naming != Naming.Keep ? path
            : path.Length == 0 ? element.Name
            : $"{path}.{element.Name}";
        if (element.ChildCount == 0 && element.Type is not null)
        {
            AddLeaf(element, name, definition, repetition, listDefinition);
            return;
        }
        var below = ChildNaming(element, naming);
        for (var child = 0; child < element.ChildCount; child++)
        {
            Walk(name, below, definition, repetition, listDefinition, depth + 1);
        }
    }

    private Naming ChildNaming(SchemaElement element, Naming naming)
    {
        if (naming == Naming.ListWrapper)
        {
            // The format's backward-compatibility rules: these names mean that the repeated group itself is the element.
            var isElement =
                element.ChildCount > 1 || element.Name == "array" || element.Name.EndsWith("_tuple", StringComparison.Ordinal);
            return isElement ? Naming.Keep : Naming.ListElement;
        }
        var isList = element.Converted == ConvertedType.List || element.Logical == LogicalType.List;
        var wraps =
            isList && element.ChildCount == 1 && next < elements.Count && elements[next].Repetition == Repetition.Repeated;
        return wraps ? Naming.ListWrapper : Naming.Keep;
    }

    private void AddLeaf(SchemaElement element, string name, int definition, int repetition, int listDefinition)
    {
        var type = repetition switch
        {
            0 => ColumnTypes.Of(element),
            1 => ColumnTypes.ListOf(ColumnTypes.Of(element)),
            _ => null,
        };
        var optional = repetition == 0 ? definition > 0 : listDefinition > 1;
        var field = new ParquetField(name.Length == 0 ? $"column{leaves.Count}" : name, type, optional)
        {
            Precision = element.Precision,
            Scale = element.Scale,
            Unit = ColumnTypes.UnitOf(element),
            IsUtc = element.Logical != LogicalType.Timestamp || element.IsUtc,
        };
        leaves.Add(new SchemaLeaf(leaves.Count, element, field, definition, repetition, listDefinition));
    }
}
