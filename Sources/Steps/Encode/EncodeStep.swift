import Clicks
import Notebook
import Recipe
import Report

/// `encode`: turns ids into codes and histories into next-item samples.
package struct EncodeStep: Step {
  package static let name = "encode"
  package static let summary = "Turns ids into codes from 1 and histories into next-item samples."
  /// The revision.
  package static let revision = 5
  /// What it writes.
  package static let writes: String? = EncodeArtifact.kind

  let split: ArtifactInput
  private let config: ArtifactInput
  private let encoder: Encoder
  private let showsDigests: Bool

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    split = fields.input(SplitArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    encoder = Encoder(&fields)
    showsDigests = fields.bool(
      "digests",
      default: false,
      "Show the SHA-256 of the sample columns as little-endian int32, padded histories too, to compare tools."
    )
  }

  /// The columns of the request's context.
  var contexts: [String] { encoder.contexts }
  /// When requests at test time come.
  var requestTime: Encoder.RequestTime { encoder.requestTime }

  /// What its settings say of the encoding.
  package var outline: (any Sendable)? { EncodeArtifact.Outline(encoder: encoder) }

  /// The columns that `config` keeps in the form that a feature takes.
  package func names(for setting: String, _ outlines: ArtifactOutlines) -> [String] {
    let list: String? =
      switch setting {
      case "item_categories": "item_columns.keep"
      case "item_text": "item_columns.text"
      case "item_numbers", "item_age.column": "item_columns.numbers"
      case "item_multi": "item_columns.multi"
      case "user_categories": "user_columns.categories"
      case "user_numbers": "user_columns.numbers"
      case "user_multi": "user_columns.multi"
      case "context": "columns.keep"
      default: nil
      }
    return list.flatMap { outlines.of(config, ConfigArtifact.self)?.kept(by: $0) } ?? []
  }

  /// Context and item columns must be kept by `config`.
  package func preflight(_ check: Preflight) {
    encoder.preflight(
      check,
      check.outlines.of(config, ConfigArtifact.self),
      check.outlines.of(split, SplitArtifact.self)
    )
  }

  /// What it reads.
  package var reads: [ArtifactInput] { [split, config] }
  /// What it measures.
  package var metrics: [String] {
    ["samples", "sample_users", "user_vocabulary", "item_vocabulary", "category_vocabulary"]
  }

  /// Encodes and shows the first samples.
  package func run(in context: RunContext) throws -> [Block] {
    // The split has the clicks: of a large log there is no room for both.
    let config = try context.read(config, as: ConfigArtifact.self).withoutClicks
    let split = try context.read(split, as: SplitArtifact.self).data
    let hasOrder = context.outlines.of(self.config, ConfigArtifact.self)?.hasOrder ?? true
    let artifact = try encoder.encode(split, config, hasOrder: hasOrder, threads: context.threads)
    let (clicks, catalogue) = (artifact.clicks, artifact.catalogue)
    context.write(artifact)
    context.metric("samples", Double(clicks.samples.count))
    context.metric("sample_users", Double(clicks.samples.userCount))
    context.metric("user_vocabulary", Double(clicks.userVocabulary.size))
    context.metric("item_vocabulary", Double(catalogue.itemVocabulary.size))
    context.metric("category_vocabulary", Double(catalogue.categoryVocabulary.size))
    context.summarize("\(NumberFormat.grouped(clicks.samples.count)) samples")
    var blocks: [Block] = [
      .table(counts(artifact, removed: config.items.count - artifact.table.count)),
      .table(head(clicks)),
    ]
    let absent = SplitReport.warning(ofAbsent: config.log.absentEvents(of: encoder.targets))
    context.warn(absent)
    blocks += absent
    let odd = Self.warnings(ofContext: artifact) + warnings(ofRepeats: clicks)
    context.warn(odd)
    blocks += odd
    if showsDigests { blocks.append(.table(SampleDigests.table(clicks))) }
    return blocks
  }

  /// A column of the context that a click seldom shares with its user's click before: what training learns by it, the requests of
  /// the test do not know.
  private static func warnings(ofContext artifact: EncodeArtifact) -> [Block] {
    zip(artifact.contexts, artifact.clickFeatures.contexts).compactMap { column, codes in
      var (pairs, same) = (0, 0)
      for (start, end) in zip(artifact.clicks.offsets, artifact.clicks.offsets.dropFirst()) where end > start
      {
        for click in start + 1..<max(start + 1, end) {
          pairs += 1
          same += codes[click] == codes[click - 1] ? 1 : 0
        }
      }
      guard pairs >= 100, 2 * same < pairs else { return nil }
      let text = """
        \(NumberFormat.percent(Double(same) / Double(pairs))) of clicks have the \(MarkdownText.code(column.name)) of their user's \
        click before. A sample knows that of its target, and a request of the test or of validation only that of its user's last \
        click: what is learned by it is worth less there than in training. Leave it out of `context` if it is not known before the \
        click.
        """
      return .note(kind: .warning, text: text)
    }
  }

  /// Where an item's context are all other items of its user, one that stands there twice is in its own.
  private func warnings(ofRepeats clicks: EncodedClicks) -> [Block] {
    guard clicks.kind == .others, !encoder.dropsRepeatedTargets else { return [] }
    var repeated = 0
    for (start, end) in zip(clicks.offsets, clicks.offsets.dropFirst()) {
      var counts: [Int32: Int] = [:]
      for item in clicks.history[start..<end] { counts[item, default: 0] += 1 }
      for (item, count) in counts where item != 0 && count > 1 { repeated += count }
    }
    guard repeated > 0 else { return [] }
    let text = """
      \(NumberFormat.grouped(repeated)) clicks are of an item that their user has more than once. Where histories have no order, a \
      target's context are all other clicks of its user: such a target is in its own context. Set `deduplicate` in `split` to \
      `per_user`, or `drop_repeated_targets` here.
      """
    return [.note(kind: .warning, text: text)]
  }

  private func counts(_ artifact: EncodeArtifact, removed: Int) -> Table {
    let (clicks, catalogue, contexts) = (artifact.clicks, artifact.catalogue, artifact.contexts)
    var rows: [[Table.Cell]] = [
      [.text("Samples"), .int(clicks.samples.count)],
      [.text("Users with a sample"), .int(clicks.samples.userCount)],
      [.text("User codes, with 0"), .int(clicks.userVocabulary.size)],
      [.text("Item codes, with 0"), .int(catalogue.itemVocabulary.size)],
      [.text("Category codes, with 0"), .int(catalogue.categoryVocabulary.size)],
    ]
    for column in contexts {
      rows.append([.text("Codes of \(column.name), with 0"), .int(column.vocabulary.size)])
    }
    rows += catalogue.features.counts(of: "items") + artifact.userFeatures.counts(of: "users")
    if removed > 0 {
      rows.append([.text("Items left out: filter and k-core leave no click of them"), .int(removed)])
    }
    if let impressions = artifact.impressions {
      rows.append([.text("Items shown with a target and not clicked"), .int(impressions.items.count)])
      if impressions.unknown > 0 {
        rows.append([
          .text("Items shown that are outside of the catalogue, left out"), .int(impressions.unknown),
        ])
      }
    }
    if clicks.unknownClicks > 0 {
      rows.append([.text("Clicks on items outside of the catalogue"), .int(clicks.unknownClicks)])
    }
    return Table(name: "counts", columns: [.init("Encoded"), .init("Count", .trailing)], rows: rows)
  }

  private func head(_ clicks: EncodedClicks) -> Table {
    let samples = clicks.samples
    let rows: [[Table.Cell]] = (0..<min(5, samples.count)).map { sample in
      let history = clicks.history[samples.history(sample)]
      let shown = history.suffix(8).map(String.init).joined(separator: " ")
      return [
        .text("\(samples.users[sample])"), .text(history.count > 8 ? "… \(shown)" : shown),
        .text("\(samples.items[sample])"), .text("\(samples.categories[sample])"),
      ]
    }
    return Table(
      name: "samples",
      caption: "The first samples, as codes.",
      columns: [
        .init("User", .trailing), .init("History, newest last", .trailing), .init("Item", .trailing),
        .init("Category", .trailing),
      ],
      rows: rows
    )
  }
}
