import Notebook
import Recipe
import Report

/// `encode`: turns ids into codes and histories into next-item samples.
public struct EncodeStep: Step {
  /// The name.
  public static let name = "encode"
  /// One sentence.
  public static let summary = "Turns ids into codes from 1 and histories into next-item samples."
  /// The revision.
  public static let revision = 1
  /// What it writes.
  public static let writes: String? = EncodeArtifact.kind

  private let split: ArtifactInput
  private let config: ArtifactInput
  private let options: EncodingOptions
  private let showsDigests: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    split = fields.input(SplitArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    var options = EncodingOptions()
    options.maxSeqLen = fields.int(
      "max_seq_len",
      default: 30,
      in: 1...100_000,
      "How many clicks before the target a sample shows at most."
    )
    options.minHistory = fields.int(
      "min_history",
      default: 1,
      in: 0...100_000,
      "How many clicks before the target a sample must have."
    )
    let most = fields.optionalInt(
      "max_samples_per_user",
      in: 1...Int(Int32.max) / 4,
      "Who gives more is thinned out by a draw from their newest positions; by default nobody is."
    )
    options.maxSamplesPerUser = most ?? Int(Int32.max) / 4
    options.seed = fields.int("seed", defaultFrom: "config.seed", in: 0...Int.max, "Draws the positions.")
    self.options = options
    showsDigests = fields.bool(
      "digests",
      default: false,
      "Show the SHA-256 of the sample columns as little-endian int32, padded histories too, to compare tools."
    )
  }

  /// What it reads.
  public var reads: [ArtifactInput] { [split, config] }
  /// What it measures.
  public var metrics: [String] {
    ["samples", "sample_users", "user_vocabulary", "item_vocabulary", "category_vocabulary"]
  }

  /// Encodes and shows the first samples.
  public func run(in context: RunContext) throws -> [Block] {
    let split = try context.read(split, as: SplitArtifact.self).data
    let table = try context.read(config, as: ConfigArtifact.self).items
    let catalogue = Catalogue(table)
    let clicks = try EncodedClicks(split.history, catalogue, options, threads: context.threads)
    guard clicks.samples.count > 0 else {
      throw RunFailure(
        "no user has the \(options.minHistory + 1) clicks in their history that one sample takes; "
          + "lower min_history, or hold fewer clicks out"
      )
    }
    var requests = EncodeArtifact.Requests(offsets: clicks.offsets, items: clicks.history)
    if split.validation != nil {
      let history = split.requestHistory
      requests = EncodeArtifact.Requests(
        offsets: history.offsets,
        items: catalogue.itemVocabulary.codes(of: history.items, threads: context.threads)
      )
    }
    context.write(EncodeArtifact(table: table, clicks: clicks, catalogue: catalogue, requests: requests))
    context.metric("samples", Double(clicks.samples.count))
    context.metric("sample_users", Double(clicks.samples.userCount))
    context.metric("user_vocabulary", Double(clicks.userVocabulary.size))
    context.metric("item_vocabulary", Double(catalogue.itemVocabulary.size))
    context.metric("category_vocabulary", Double(catalogue.categoryVocabulary.size))
    context.summarize("\(NumberFormat.grouped(clicks.samples.count)) samples")
    var blocks: [Block] = [.table(counts(clicks, catalogue)), .table(head(clicks))]
    if showsDigests { blocks.append(.table(SampleDigests.table(clicks))) }
    return blocks
  }

  private func counts(_ clicks: EncodedClicks, _ catalogue: Catalogue) -> Table {
    var rows: [[Table.Cell]] = [
      [.text("Samples"), .int(clicks.samples.count)],
      [.text("Users with a sample"), .int(clicks.samples.userCount)],
      [.text("User codes, with 0"), .int(clicks.userVocabulary.size)],
      [.text("Item codes, with 0"), .int(catalogue.itemVocabulary.size)],
      [.text("Category codes, with 0"), .int(catalogue.categoryVocabulary.size)],
    ]
    if clicks.unknownClicks > 0 {
      rows.append([.text("Clicks on items outside of the catalogue"), .int(clicks.unknownClicks)])
    }
    return Table(columns: [.init("Encoded"), .init("Count", .trailing)], rows: rows)
  }

  private func head(_ clicks: EncodedClicks) -> Table {
    let samples = clicks.samples
    let rows: [[Table.Cell]] = (0..<min(5, samples.count)).map { sample in
      let history = clicks.history[samples.starts[sample]..<samples.ends[sample]]
      let shown = history.suffix(8).map(String.init).joined(separator: " ")
      return [
        .text("\(samples.users[sample])"), .text(history.count > 8 ? "… \(shown)" : shown),
        .text("\(samples.items[sample])"), .text("\(samples.categories[sample])"),
      ]
    }
    return Table(
      caption: "The first samples, as codes.",
      columns: [
        .init("User", .trailing), .init("History, newest last", .trailing), .init("Item", .trailing),
        .init("Category", .trailing),
      ],
      rows: rows
    )
  }
}
