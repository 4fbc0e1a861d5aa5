using System.Text.RegularExpressions;
using CranePipeline.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace CranePipeline.Features.Tests;

public class BoilerplateTests
{
    private const string Policy = "Amazon.com's standard return policy will apply.";

    private static readonly ModalityOptions Five = new() { BoilerplateShare = 0 };

    [TestCase("A fine record. " + Policy, "A fine record.")]
    [TestCase(Policy + " A fine record", "A fine record")]
    [TestCase("Before. " + Policy + " After.", "Before. After.")]
    [TestCase("AMAZON.COM&#39;S <b>standard</b> return - policy, will apply!", "")]
    [TestCase("The standard return policy will not apply", "The standard return policy will not apply")]
    public void Passages_that_many_items_have_are_dropped_whatever_their_case_and_marks(string description, string expected)
    {
        ItemText?[] texts = [.. Enumerable.Range(0, 5).Select(item => Described($"w{item} {Policy} z{item}"))];

        Assert.That(Kept([.. texts, Described(description)], Five)[5], Is.EqualTo(expected));
    }

    [Test]
    public void Passages_of_too_few_items_stay()
    {
        ItemText?[] four = [.. Enumerable.Range(0, 4).Select(item => Described($"{Policy} {Policy} z{item}"))];

        Assert.That(Boilerplate.Find(four, Five, null, default), Is.Null);
        Assert.That(Boilerplate.Find([.. four, Described(Policy)], Five, null, default), Is.Not.Null);
    }

    [TestCase(1 << 20)]
    [TestCase(5000)]
    public void Runs_that_only_share_a_counter_are_no_passage(int mostRuns)
    {
        // A million runs in a million counters: thousands of these reach five by chance.
        ItemText?[] texts =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(item => Described(string.Join(' ', Enumerable.Range(0, 1000).Select(word => $"{item}x{word}")))),
        ];
        Assert.That(Boilerplate.Find(texts, Five, null, default, mostRuns), Is.Null);

        for (int item = 0; item < 5; item++)
        {
            texts[item] = Described($"{Policy} {texts[item]!.Description}");
        }

        Boilerplate? found = Boilerplate.Find(texts, Five, null, default, mostRuns);
        var filter = new PassageFilter(found!);
        int[] dropped =
        [
            .. texts.Select(text =>
            {
                ItemSentence.Compose(text, [TextField.Description], 0, filter);
                return filter.Dropped;
            }),
        ];
        Assert.That(dropped, Is.EqualTo(Enumerable.Range(0, 1000).Select(item => item < 5 ? 8 : 0)));
    }

    [Test]
    public void The_share_is_of_the_items_that_have_a_description()
    {
        ItemText?[] texts =
        [
            .. Enumerable.Repeat(Described(Policy), 10),
            .. Enumerable.Range(0, 90).Select(item => Described($"w{item}")),
            .. new ItemText?[900],
        ];

        Assert.That(Boilerplate.Find(texts, new() { BoilerplateShare = 0.1 }, null, default), Is.Not.Null);
        Assert.That(Boilerplate.Find(texts, new() { BoilerplateShare = 0.101 }, null, default), Is.Null);
    }

    [Test]
    public void Nothing_is_dropped_where_it_is_not_wanted_or_there_are_no_descriptions_in_the_sentence()
    {
        ItemText?[] texts = [.. Enumerable.Repeat(Described(Policy), 20)];

        Assert.That(Boilerplate.Find(texts, Five with { BoilerplateWords = 0 }, null, default), Is.Null);
        Assert.That(Boilerplate.Find(texts, Five with { Fields = [TextField.Title] }, null, default), Is.Null);
    }

    [Test]
    public void What_stays_is_what_no_frequent_run_covers()
    {
        string[] vocabulary = ["rock", "Jazz", "blue", "été", "中"];
        Prop.ForAll(
                Gen.Choose(0, 4).ListOf().ListOf().Where(documents => documents.Count is > 0 and < 40).ToArbitrary(),
                Gen.Choose(1, 4).ToArbitrary(),
                Gen.Choose(2, 6).ToArbitrary(),
                (documents, runWords, items) =>
                {
                    string[] texts = [.. documents.Select(words => string.Join(' ', words.Select(word => vocabulary[word])))];
                    var options = new ModalityOptions
                    {
                        BoilerplateWords = runWords,
                        BoilerplateShare = 0,
                        BoilerplateItems = items,
                    };

                    Assert.That(Kept([.. texts.Select(Described)], options), Is.EqualTo(Expected(texts, runWords, items)));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Test]
    public void What_was_dropped_is_counted_and_shown_and_items_with_nothing_else_are_missing()
    {
        ItemText?[] texts =
        [
            .. Enumerable.Range(0, 6).Select(item => Described($"moon sea {Policy} rock{item % 2}")),
            Described(Policy),
            null,
        ];
        using var engine = new CpuEngine();

        ModalityFeatures table = FeatureBuilder.Build("text", Five, Ids(texts.Length), texts, "", engine)!;

        BoilerplateStatistics? dropped = table.Statistics.Boilerplate;
        Assert.That((dropped?.Items, dropped?.Words), Is.EqualTo(((int?)7, (long?)((6 * 10) + 8))));
        Assert.That(
            dropped!.Passages,
            Is.EqualTo([
                new BoilerplatePassage("moon sea Amazon.com's standard return policy will apply", 6),
                new BoilerplatePassage("Amazon.com's standard return policy will apply", 1),
            ])
        );
        Assert.That(table.Present, Is.EqualTo([true, true, true, true, true, true, false, false]));
    }

    [Test]
    public void Neighbours_by_a_shared_passage_give_way_to_neighbours_by_content()
    {
        // Thirty records of ten artists: the first of each has the shop's passage and little else.
        const string Passage = "No description available. No track information available. Media type: CD. Imported by the shop.";
        ItemText?[] texts = Enumerable
            .Range(0, 30)
            .Select(item => new ItemText(
                $"title{item}",
                $"artist{item / 3}",
                ["Music"],
                item % 3 == 0 ? Passage : $"a record by artist{item / 3}"
            ))
            .ToArray<ItemText?>();

        Assert.That(SameArtist(texts, new ModalityOptions { BoilerplateWords = 0 }), Is.LessThan(5));
        Assert.That(SameArtist(texts, new ModalityOptions()), Is.EqualTo(10));
    }

    [Test]
    public void Tables_and_counts_do_not_depend_on_the_number_of_threads()
    {
        ItemText?[] texts =
        [
            .. Enumerable.Range(0, 900).Select(item => Described($"w{item % 40} v{item % 70} {(item % 3 == 0 ? Policy : "")}")),
        ];
        ModalityFeatures[] tables =
        [
            .. ((int[])[1, 5]).Select(threads =>
            {
                using var engine = new CpuEngine(threads);
                return Concurrency.Limit(threads, () => FeatureBuilder.Build("text", new(), Ids(900), texts, "", engine)!);
            }),
        ];

        Assert.That(tables[1].Values.Values, Is.EqualTo(tables[0].Values.Values));
        Assert.That(tables[0].Statistics.Boilerplate!.Items, Is.EqualTo(300));
        Assert.That(tables[1].Statistics.Boilerplate!.Words, Is.EqualTo(tables[0].Statistics.Boilerplate!.Words));
        Assert.That(tables[1].Statistics.Boilerplate!.Passages, Is.EqualTo(tables[0].Statistics.Boilerplate!.Passages));
    }

    private static int SameArtist(ItemText?[] texts, ModalityOptions options)
    {
        using var engine = new CpuEngine();
        ModalityFeatures table = FeatureBuilder.Build("text", options, Ids(texts.Length), texts, "", engine)!;
        CandidateList list = CandidateSearch.Run(table, new CandidateOptions { Count = 1 }, engine);
        return Enumerable.Range(0, texts.Length / 3).Count(artist => list.Of(3 * artist)[0] / 3 == artist);
    }

    private static string[] Kept(ItemText?[] texts, ModalityOptions options)
    {
        Boilerplate? boilerplate = Boilerplate.Find(texts, options, null, default);
        PassageFilter? filter = boilerplate is null ? null : new PassageFilter(boilerplate);
        return [.. texts.Select(text => ItemSentence.Compose(text, [TextField.Description], 0, filter))];
    }

    // The same rule over sets of strings.
    private static string[] Expected(string[] texts, int runWords, int items)
    {
        string[][] words = [.. texts.Select(text => Regex.Split(text.Trim(), "\\s+").Where(word => word.Length > 0).ToArray())];
        string Run(string[] document, int word) => string.Join(' ', document.Skip(word).Take(runWords));
        Dictionary<string, int> frequency = words
            .SelectMany(document =>
                Enumerable.Range(0, Math.Max(0, document.Length - runWords + 1)).Select(word => Run(document, word)).Distinct()
            )
            .GroupBy(run => run)
            .ToDictionary(group => group.Key, group => group.Count());
        return
        [
            .. words.Select(document =>
            {
                var dropped = new bool[document.Length];
                for (int word = 0; word + runWords <= document.Length; word++)
                {
                    if (frequency[Run(document, word)] >= items)
                    {
                        dropped.AsSpan(word, runWords).Fill(true);
                    }
                }

                return string.Join(' ', document.Where((_, word) => !dropped[word]));
            }),
        ];
    }

    private static ItemText Described(string description) => new(null, null, null, description);

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(item => $"{item}")];
}
