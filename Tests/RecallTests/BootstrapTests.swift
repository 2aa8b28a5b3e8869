import Memory
import Numerics
import Testing

@testable import Clicks
@testable import Recall

@Suite("Bootstrap intervals")
struct BootstrapTests {
  private static let ranks = [1, 0, 3, 2, 0, 5, 1, 0, 4, 2, 1]
  private static let others = [0, 2, 3, 0, 0, 1, 2, 5, 0, 0, 3]

  private func options(samples: Int, level: Double = 0.95, seed: Int = 42) -> BootstrapOptions {
    var options = BootstrapOptions()
    options.samples = samples
    options.level = level
    options.seed = seed
    return options
  }

  private func isNear(_ interval: ConfidenceInterval?, _ low: Double, _ high: Double) -> Bool {
    // The order of eleven roundings.
    interval.map { abs($0.low - low) < 1e-14 && abs($0.high - high) < 1e-14 } ?? false
  }

  /// NumPy 2.4: users drawn by `default_rng(SeedSequence(7, spawn_key=…)).integers(0, 11, 11)` for each of 200
  /// streams, means of the values at ranks, `quantile(means, [.05, .95])`.
  @Test("are NumPy's, of means and of paired differences")
  func numpy() throws {
    let scores = [Self.ranks, Self.others].map {
      RankingScores.ofRanks($0, metrics: [.hitRate, .ndcg], cutoffs: [3, 5])
    }
    let bootstrap = try #require(BootstrapMeans(scores, options(samples: 200, level: 0.9, seed: 7)))
    #expect(isNear(bootstrap.interval(.hitRate, at: 3, of: 0), 0.3590909090909092, 0.7272727272727273))
    #expect(isNear(bootstrap.interval(.hitRate, at: 3, of: 1), 0.2727272727272727, 0.7272727272727273))
    #expect(isNear(bootstrap.interval(.ndcg, at: 5, of: 0), 0.3021332562534333, 0.6830483275109611))
    #expect(isNear(bootstrap.interval(.ndcg, at: 5, of: 1), 0.16016904610390137, 0.5146271302601698))
    #expect(
      isNear(
        bootstrap.difference(.hitRate, at: 3, of: 0, over: 1),
        -0.27272727272727276,
        0.36363636363636365
      )
    )
    #expect(
      isNear(
        bootstrap.difference(.ndcg, at: 5, of: 0, over: 1),
        -0.09743740474023098,
        0.4148906817442539
      )
    )
    #expect(bootstrap.interval(.mrr, at: 3, of: 0) == nil && bootstrap.interval(.ndcg, at: 4, of: 0) == nil)
  }

  @Test("percentiles are those of NumPy's quantile")
  func percentiles() {
    let values = [3.0, 1, 2, 10, 7]
    #expect(isNear(ConfidenceInterval(percentilesOf: values, level: 0.95), 1.1, 9.7))
    #expect(isNear(ConfidenceInterval(percentilesOf: values, level: 0.8), 1.4, 8.8))
    #expect(ConfidenceInterval(percentilesOf: [4], level: 0.5) == ConfidenceInterval(low: 4, high: 4))
  }

  @Test("hold the mean, and are as wide as the normal approximation has them")
  func width() throws {
    let users = 1500
    var generator = NumpyGenerator(seed: 3)
    let ranks = (0..<users).map { _ in generator.random() < 0.3 ? 1 : 0 }
    let scores = RankingScores.ofRanks(ranks, metrics: [.hitRate], cutoffs: [1])
    let mean = try #require(scores.mean(.hitRate, at: 1))
    let interval = try #require(
      BootstrapMeans([scores], options(samples: 600))?.interval(.hitRate, at: 1, of: 0)
    )
    #expect(interval.low < mean && mean < interval.high)
    // 600 resamples place each end within about a tenth of the standard error.
    let half = 1.959964 * (mean * (1 - mean) / Double(users)).squareRoot()
    #expect(abs((interval.high - interval.low) / 2 - half) < 0.12 * half)
  }

  @Test("a wider level gives a wider interval; users that are all alike give none")
  func levels() throws {
    let scores = [RankingScores.ofRanks(Self.ranks, metrics: [.ndcg], cutoffs: [5])]
    let narrow = try #require(BootstrapMeans(scores, options(samples: 100, level: 0.5)))
    let wide = try #require(BootstrapMeans(scores, options(samples: 100, level: 0.99)))
    let (inner, outer) = (narrow.interval(.ndcg, at: 5, of: 0), wide.interval(.ndcg, at: 5, of: 0))
    #expect(try #require(outer).low < #require(inner).low && #require(inner).high < #require(outer).high)
    let alike = RankingScores.ofRanks([2, 2, 2], metrics: [.hitRate], cutoffs: [2])
    let interval = BootstrapMeans([alike], options(samples: 20))?.interval(.hitRate, at: 2, of: 0)
    #expect(interval == ConfidenceInterval(low: 1, high: 1))
  }

  @Test("neither threads nor further lists move a draw; no resamples give nothing")
  func threads() throws {
    let scores = [Self.ranks, Self.others].map {
      RankingScores.ofRanks($0, metrics: RankingMetric.allCases, cutoffs: [2, 4])
    }
    let both = try #require(BootstrapMeans(scores, options(samples: 50)))
    #expect(BootstrapMeans(scores, options(samples: 50), threads: 4) == both)
    let alone = try #require(BootstrapMeans([scores[1]], options(samples: 50)))
    #expect(alone.resampled(.ndcg, at: 4, of: 0) == both.resampled(.ndcg, at: 4, of: 1))
    #expect(BootstrapMeans(scores, options(samples: 0)) == nil)
    #expect(
      BootstrapMeans([RankingScores.ofRanks([], metrics: [.ndcg], cutoffs: [1])], options(samples: 5)) == nil
    )
  }
}

@Suite("The randomisation test")
struct RandomizationTests {
  @Test("comes near the exact p-value of SciPy's permutation_test")
  func exact() {
    func gain(_ rank: Int) -> Double {
      RankingMetric.ndcg.value(hitRanks: rank == 0 ? [] : [rank], relevant: 1, k: 5)
    }
    let differences = zip([1, 0, 3, 2, 0, 5, 1, 0, 4, 2, 1], [0, 2, 3, 0, 0, 1, 2, 5, 0, 0, 3])
      .map { gain($0) - gain($1) }
    let p = RandomizationTest(differences).pValue(permutations: 10_000, seed: 1)
    #expect(abs(p - 0.32421875) < 0.019)  // four standard errors
  }

  @Test(
    "of hits and misses comes near the exact binomial test",
    arguments: [(42, 30, 0.0079159), (400, 215, 0.1469657)]
  )
  func hits(unequal: Int, wins: Int, expected: Double) {
    let differences = (0..<unequal + 500).map { $0 < wins ? 1.0 : $0 < unequal ? -1 : 0 }
    let p = RandomizationTest(differences).pValue(permutations: 10_000, seed: 5)
    #expect(abs(p - expected) < 4 * (expected / 10_000).squareRoot() + 1e-4)
  }

  @Test("gives 1 where nothing differs, and never 0")
  func ends() {
    #expect(RandomizationTest([0, 0, 0]).pValue(permutations: 99, seed: 1) == 1)
    #expect(RandomizationTest([Double]()).pValue(permutations: 9, seed: 1) == 1)
    let p = RandomizationTest([Double](repeating: 0.3, count: 100)).pValue(permutations: 999, seed: 1)
    #expect(p == 0.001)
    // Swapping the one user there is changes the sign only: as extreme, whatever the rounding.
    #expect(RandomizationTest([0.1 + 0.2]).pValue(permutations: 99, seed: 1) == 1)
  }

  @Test("is uniform where there is no difference")
  func uniform() {
    var generator = NumpyGenerator(seed: 11)
    let values = (0..<300).map { place in
      let differences = (0..<25).map { _ in generator.standardNormal() }
      return RandomizationTest(differences).pValue(permutations: 99, seed: place)
    }
    // Of 300 uniform values, 5 %, 50 % and 90 % within four standard errors.
    for (bound, tolerance) in [(0.05, 0.051), (0.5, 0.116), (0.9, 0.07)] {
      let share = Double(values.count { $0 <= bound }) / 300
      #expect(abs(share - bound) < tolerance, "\(bound)")
    }
  }

  @Test("a comparison holds difference, interval and p-value, and says what is luck")
  func comparison() throws {
    let better = RankingScores.ofRanks(
      [Int](repeating: 1, count: 40) + [0, 0],
      metrics: [.hitRate],
      cutoffs: [1]
    )
    let worse = RankingScores.ofRanks(
      [Int](repeating: 0, count: 40) + [0, 1],
      metrics: [.hitRate],
      cutoffs: [1]
    )
    var options = BootstrapOptions()
    options.samples = 200
    let scores = [better, worse]
    let bootstrap = BootstrapMeans(scores, options)
    let comparison = try #require(
      PairedComparison(.hitRate, at: 1, of: 0, over: 1, in: scores, bootstrap: bootstrap, options)
    )
    #expect(abs(comparison.difference - 39.0 / 42) < 1e-15)
    let interval = try #require(comparison.interval)
    #expect(interval.low < comparison.difference && comparison.difference < interval.high)
    #expect(comparison.pValue == 1.0 / 201 && comparison.isMoreThanLuck(atLevel: 0.95) == true)
    #expect(comparison.isMoreThanLuck(atLevel: 0.999) == false)
    options.samples = 0
    let plain = PairedComparison(.hitRate, at: 1, of: 0, over: 1, in: scores, bootstrap: nil, options)
    #expect(plain?.interval == nil && plain?.pValue == nil && plain?.isMoreThanLuck(atLevel: 0.95) == nil)
  }
}
