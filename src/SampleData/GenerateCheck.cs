using CranePipeline.Tables;

namespace CranePipeline.SampleData;

/// <summary>What no range of a single option can say.</summary>
internal static class GenerateCheck
{
    /// <summary>Throws where the options contradict each other.</summary>
    public static void Check(GenerateOptions options)
    {
        if (options.Kind == GenerateKind.Ratings)
        {
            return;
        }

        long least = (long)options.MinInteractions * Math.Max(options.Users, options.Items);
        long most = (long)options.Users * Math.Max(1, options.Items / 2);
        if (options.Interactions < least || options.Interactions > most || options.Interactions > Array.MaxLength)
        {
            throw new InputException(
                $"generate.interactions is {options.Interactions}, but {options.Users} users and {options.Items} items with at least "
                    + $"{options.MinInteractions} interactions each take between {least} and {Math.Min(most, Array.MaxLength)}; "
                    + "set it, users, items or minInteractions accordingly."
            );
        }

        if (options.MinInteractions > Math.Min(options.Users, options.Items) / 2)
        {
            throw new InputException(
                $"generate.minInteractions is {options.MinInteractions}; it must not exceed half of the users and half of the items."
            );
        }

        if (
            options.Kind == GenerateKind.Sample
            && (options.Topics > TopicVocabulary.All.Count || options.Styles > TopicVocabulary.Styles.Count)
        )
        {
            throw new InputException(
                $"generate.kind sample has words for {TopicVocabulary.All.Count} topics and {TopicVocabulary.Styles.Count} styles, "
                    + $"but {options.Topics} and {options.Styles} are set; lower them or use kind shape."
            );
        }
    }
}
