using D = Plumbline.Training.Objectives.Divergence;
using Values = System.Collections.Generic.IReadOnlyDictionary<string, double>;

namespace Plumbline.Training.Objectives;

/// <summary>All objectives of pairs and of single answers by name, with the settings that people know and their defaults. A new one is a file beside this, and a line here.</summary>
public static class NamedObjectives
{
    private static readonly ObjectiveSetting Beta = new("beta", 0.1), NoNoise = new("labelSmoothing", 0), Noise = new("labelSmoothing", 0.1), PerToken = new("perToken", 0, true), Shift = new("shift", 0);

    private static readonly NamedObjective[] Ordered =
    [
        Pairs("dpo", "−(1−ε)·log σ(β·Δ) − ε·log σ(−β·Δ)", [Beta, NoNoise], s => new DirectPreferenceOptimization(s["beta"], s["labelSmoothing"])),
        Pairs("cdpo", "dpo, labels believed wrong at a rate", [Beta, Noise], s => new DirectPreferenceOptimization(s["beta"], s["labelSmoothing"])),
        Pairs("robust-dpo", "(−(1−ε)·log σ(β·Δ) + ε·log σ(−β·Δ)) / (1−2ε)", [Beta, Noise], s => new RobustPreferenceOptimization(s["beta"], s["labelSmoothing"])),
        Pairs("hinge", "max(0, 1 − β·Δ)", [Beta], s => new HingePreferenceOptimization(s["beta"])),
        Pairs("ipo", "(Δ − 1/(2β))², sums or means per token", [Beta, PerToken], s => new IdentityPreferenceOptimization(s["beta"], s["perToken"] == 1)),
        Pairs("ln-dpo", "−log σ(β·(ρ_w/n_w − ρ_l/n_l))", [new("beta", 2)], s => new LengthNormalisedPreferenceOptimization(s["beta"])),
        Pairs("cpo", "−log σ(β·(S_w − S_l)) − α·A_w", [Beta, new("alpha", 1)], s => new ContrastivePreferenceOptimization(s["beta"], s["alpha"])),
        Pairs("simpo", "−log σ(β·(A_w − A_l) − γ)", [new("beta", 2), new("gamma", 0.5)], s => new SimplePreferenceOptimization(s["beta"], s["gamma"])),
        Pairs("alphapo", "simpo with rewards (1 − e^(−α·A))/α", [new("beta", 2), new("gamma", 0.5), new("alpha", 0.25)], s => new AlphaPreferenceOptimization(s["beta"], s["gamma"], s["alpha"])),
        Pairs("orpo", "−A_w − λ·log σ(log odds A_w − log odds A_l)", [new("lambda", 0.1)], s => new OddsRatioPreferenceOptimization(s["lambda"])),
        Pairs("exo", "KL of (σ(β·Δ), σ(−β·Δ)) to (1−ε, ε)", [Beta, new("labelSmoothing", 1e-3)], s => new EfficientExactOptimization(s["beta"], s["labelSmoothing"])),
        Pairs("nca", "−log σ(β·ρ_w) − ½·log σ(−β·ρ_w) − ½·log σ(−β·ρ_l)", [Beta], s => new NoiseContrastiveAlignment(s["beta"])),
        Both("bco", "−log σ(β·ρ_w − δ) − log σ(δ − β·ρ_l)", [Beta], s => new BinaryClassifierPairs(s["beta"]), s => new BinaryClassifierOptimization(s["beta"])),
        Pairs("bco-pair", "bco with δ as it is set", [Beta, new("delta", 0)], s => new BinaryClassifierPairs(s["beta"], s["delta"])),
        Pairs("sppo", "(ρ_w − 1/(2β))² + (ρ_l + 1/(2β))²", [Beta], s => new SelfPlayPreferenceOptimization(s["beta"])),
        Pairs("cal-dpo", "−log σ(Δ) + (ρ_w − 1/(2β))² + (ρ_l + 1/(2β))²", [Beta], s => new CalibratedPreferenceOptimization(s["beta"])),
        Pairs("aot", "dpo on sorted policy margins less sorted reference margins", [Beta, NoNoise], s => new OptimalTransportAlignment(s["beta"], true, s["labelSmoothing"])),
        Pairs("aot-unpaired", "dpo on sorted ρ_w less sorted ρ_l", [Beta, NoNoise], s => new OptimalTransportAlignment(s["beta"], false, s["labelSmoothing"])),
        Pairs("dpop", "−log σ(β·(Δ − λ·max(0, −ρ_w)))", [Beta, new("lambda", 50)], s => new PositivePreferenceOptimization(s["beta"], s["lambda"])),
        Pairs("ld-dpo", "dpo; tokens beyond the shorter length count α", [Beta, new("alpha", 0.5)], s => new LengthDesensitisedPreferenceOptimization(s["beta"], s["alpha"])),
        Pairs("r-dpo", "−log σ(β·Δ + α·(n_w − n_l))", [Beta, new("alpha", 0.01)], s => new LengthRegularisedPreferenceOptimization(s["beta"], s["alpha"])),
        Pairs("wpo", "e^(c_w + c_l)·(−log σ(β·Δ))", [Beta], s => new WeightedPreferenceOptimization(s["beta"])),
        Both("apo-zero", "σ(−β·ρ_w) + σ(β·ρ_l)", [Beta], s => new AnchoredPreferenceOptimization(s["beta"]), s => new AnchoredAnswerOptimization(s["beta"])),
        Pairs("apo-down", "σ(β·ρ_w) + σ(−β·Δ)", [Beta], s => new AnchoredPreferenceOptimization(s["beta"], true)),
        Pairs("discopop", "(1−m)·(−log σ(u)) + m·e^(−u), u = β·Δ, m = σ(u/τ)", [Beta, new("tau", 0.05)], s => new DiscoveredPreferenceOptimization(s["beta"], s["tau"])),
        Pairs("f-dpo-forward-kl", "−log σ(β·(e^(−ρ_l) − e^(−ρ_w)))", [Beta], s => new DivergencePreferenceOptimization(s["beta"], D.ForwardKullbackLeibler)),
        Pairs("f-dpo-js", "−log σ(β·(log σ(ρ_w) − log σ(ρ_l)))", [Beta], s => new DivergencePreferenceOptimization(s["beta"], D.JensenShannon)),
        Pairs("f-dpo-alpha", "−log σ(β·(e^(−α·ρ_l) − e^(−α·ρ_w))/α)", [Beta, new("alpha", 0.5)], s => new DivergencePreferenceOptimization(s["beta"], D.Alpha, s["alpha"])),
        Pairs("chi-po", "−log σ(β·(e^ρ_w + ρ_w − e^ρ_l − ρ_l))", [Beta], s => new DivergencePreferenceOptimization(s["beta"], D.ChiSquared)),
        Pairs("odpo", "−log σ(β·Δ − α·gap)", [Beta, new("alpha", 1)], s => new OffsetPreferenceOptimization(s["beta"], s["alpha"])),
        Pairs("rebel", "(β·Δ − α·gap)²", [Beta, new("alpha", 1)], s => new RewardDifferenceRegression(s["beta"], s["alpha"])),
        Points("kto", "good: λ_D·σ(−β·(ρ − z0)); bad: λ_U·σ(β·(ρ − z0))", [Beta, new("desirableWeight", 1), new("undesirableWeight", 1)], s => new KahnemanTverskyOptimization(s["beta"], s["desirableWeight"], s["undesirableWeight"])),
        Points("point-dpo", "good: −log σ(β·ρ + c); bad: −log σ(−β·ρ − c)", [Beta, Shift, PerToken], s => new PointwisePreferenceOptimization(s["beta"], s["shift"], s["perToken"] == 1)),
        Points("ulma", "mean over good of −A, plus mean over bad of −log σ(−β·ρ/n − c)", [Beta, Shift, PerToken with { Default = 1 }], s => new UnifiedAlignment(s["beta"], s["shift"], s["perToken"] == 1)),
        Points("ulma-continuous", "(label − β·ρ − c)²", [Beta, Shift, PerToken], s => new PointwisePreferenceOptimization(s["beta"], s["shift"], s["perToken"] == 1, Continuous: true)),
    ];

    /// <summary>What TRL and papers call the same losses.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["sigmoid"] = "dpo",
        ["sigmoid-norm"] = "ln-dpo",
        ["robust"] = "robust-dpo",
        ["slic"] = "hinge",
        ["exo-pair"] = "exo",
        ["nca-pair"] = "nca",
        ["sppo-hard"] = "sppo",
        ["apo-zero-unpaired"] = "apo-zero",
        ["point-wise-dpo"] = "point-dpo",
    };

    private static readonly Dictionary<string, NamedObjective> ByName = Ordered.ToDictionary(each => each.Name, StringComparer.Ordinal);

    /// <summary>All, families together.</summary>
    public static IReadOnlyList<NamedObjective> All => Ordered;

    /// <summary>The objective of a name, or of what TRL calls it; underscores and capitals do not matter.</summary>
    /// <exception cref="InputException">No objective has that name.</exception>
    public static NamedObjective Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = name.Replace('_', '-').ToLowerInvariant();
        return ByName.TryGetValue(OtherNames.GetValueOrDefault(plain, plain), out var found) ? found
            : throw new InputException($"loss '{name}'", "there is no such loss.", $"There are: {string.Join(", ", Ordered.Select(each => each.Name))}.{(Spelling.Nearest(plain, [.. ByName.Keys]) is { } near ? $" Did you mean '{near}'?" : "")}");
    }

    private static NamedObjective Pairs(string name, string formula, ObjectiveSetting[] settings, Func<Values, PairObjective> make) => new(name, formula, settings, make, null);

    private static NamedObjective Points(string name, string formula, ObjectiveSetting[] settings, Func<Values, PointObjective> make) => new(name, formula, settings, null, make);

    private static NamedObjective Both(string name, string formula, ObjectiveSetting[] settings, Func<Values, PairObjective> pair, Func<Values, PointObjective> point) => new(name, formula, settings, pair, point);
}
