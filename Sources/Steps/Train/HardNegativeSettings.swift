import Numerics
import Recipe

extension HardNegativeOptions {
  /// Reads `hard_negatives`.
  init(_ fields: inout Fields) {
    self.init()
    everySteps = fields.int(
      "every",
      default: everySteps,
      in: 1...100_000_000,
      "Steps from one mining to the next; every epoch begins with one. Each mines for the steps up to the next, and "
        + "logq counts over them how often an item is mined: below some tens it counts badly."
    )
    count = fields.int("count", default: count, in: 1...100_000, "How many items are drawn for a query.")
    let band = fields.ints(
      "ranks",
      default: [ranks.lowerBound, ranks.upperBound],
      in: 1...100_000,
      count: 2...2,
      "The first and the last rank they are drawn from; a query's target and history are left out of its ranking."
    )
    queryShare = fields.double(
      "query_share",
      default: queryShare,
      in: .aboveUpTo(0, 1),
      "The share of a batch's queries that are mined for. What is found is a candidate for all of them; the search "
        + "costs that much less."
    )
    startEpoch = fields.int(
      "start_epoch",
      default: startEpoch,
      in: 1...10_000,
      "The first epoch with hard negatives: before that the ranking says little."
    )
    maxShareOfPositive = fields.optionalDouble(
      "max_share_of_positive",
      in: .aboveUpTo(0, 1),
      "Items that score above this share of the target's own score are left out, as likely clicks to come, also where "
        + "'ranks' has them; for example 0.95. By default none."
    )
    if band.count == 2 && band[0] <= band[1] {
      ranks = band[0]...band[1]
    } else if band.count == 2 {
      fields.fail("ranks", "expected the first rank, then the last one, got [\(band[0]), \(band[1])]")
    }
  }

  /// Checks that the loss has candidates for hard negatives to join, and that there is an epoch for them.
  static func check(_ options: TrainerOptions, _ fields: Fields) {
    guard let hardNegatives = options.hardNegatives else { return }
    if options.negatives == .batch {
      fields.fail(
        "hard_negatives",
        "hard negatives join candidates that all queries share; set 'loss' to \(Loss.listed(where: \.hasPool)), or to "
          + "\(Loss.listed(where: \.canMergeTargets)) with 'merge_targets: true'"
      )
    }
    if hardNegatives.startEpoch > options.epochs {
      fields.warn(
        "hard_negatives.start_epoch",
        "hard negatives begin in epoch \(hardNegatives.startEpoch), and the training ends with epoch "
          + "\(options.epochs): there will be none"
      )
    }
  }
}
