/// Figures that others published, to stand beside ours. Only what their papers print.
module internal CranePipeline.Evaluation.Published

/// A published value of one model on one data set.
type Figure =
    {
        Model: string
        Metric: string
        Value: float
    }

/// A source and what it says about a data set.
type Source =
    {
        Citation: string
        Caveat: string
        Figures: Figure list
    }

let private recall model value =
    {
        Model = model
        Metric = "recall@20"
        Value = value
    }

let private both model recall ndcg =
    [
        {
            Model = model
            Metric = "recall@20"
            Value = recall
        }
        {
            Model = model
            Metric = "ndcg@20"
            Value = ndcg
        }
    ]

let private crane figures =
    {
        Citation = "Dai et al., 2026 (arXiv 2601.11151), table 4"
        Caveat = "Its split is not published, so this is near, not like for like."
        Figures = figures
    }

/// Sources by the names of the shipped data sets that they are about.
let private sources =
    [
        [ "baby"; "baby-mmrec" ], crane [ recall "BPR" 0.0575; recall "LightGCN" 0.0754; recall "CRANE" 0.1021 ]
        [ "sports"; "sports-mmrec" ], crane [ recall "BPR" 0.0653; recall "LightGCN" 0.0864; recall "CRANE" 0.1129 ]
        [ "clothing"; "clothing-mmrec" ], crane [ recall "BPR" 0.0303; recall "LightGCN" 0.0544; recall "CRANE" 0.0956 ]
        [ "electronics" ], crane [ recall "CRANE" 0.0678 ]
        [ "gowalla" ],
        {
            Citation = "He et al., 2020 (BPR-MF, NGCF, LightGCN), and Mao et al., 2021 (UltraGCN)"
            Caveat = "The same split; their training part has no validation part taken from it."
            Figures =
                List.concat
                    [
                        both "BPR-MF" 0.1291 0.1109
                        both "NGCF" 0.1569 0.1327
                        both "LightGCN" 0.1830 0.1554
                        both "UltraGCN" 0.1862 0.1580
                    ]
        }
        [ "tiktok" ],
        {
            Citation = "Jiang et al., DiffMM, 2024"
            Caveat = "Its models have a text modality as well."
            Figures =
                List.concat
                    [
                        both "MF-BPR" 0.0346 0.0130
                        both "VBPR" 0.0380 0.0134
                        both "LightGCN" 0.0653 0.0282
                        both "MMGCN" 0.0730 0.0307
                        both "LATTICE" 0.0843 0.0367
                        both "BM3" 0.0957 0.0404
                        both "DiffMM" 0.1129 0.0456
                    ]
        }
    ]

/// What is published about a data set, which is known by its whole name: "sports-shop" is somebody's own.
let about (dataset: string) =
    sources
    |> List.tryFind (fun (names, _) -> List.contains dataset names)
    |> Option.map snd
