import Notebook
import Numerics
import Recipe
import Report

/// `model`: lays out the two towers.
package struct ModelStep: Step {
  package static let name = "model"
  package static let summary = "Lays out the query tower and the item tower."
  /// The revision.
  package static let revision = 4
  /// What it writes.
  package static let writes: String? = ModelArtifact.kind

  let encode: ArtifactInput
  let settings: ModelSettings

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    encode = fields.input(EncodeArtifact.kind)
    settings = ModelSettings(&fields)
  }

  /// What its settings say of the model.
  package var outline: (any Sendable)? { settings.outline }

  /// What it reads.
  package var reads: [ArtifactInput] { [encode] }

  /// Sets have no newest click; without features there is nothing to learn of an item whose embedding is left out.
  package func preflight(_ check: Preflight) {
    if check.outlines.of(encode, EncodeArtifact.self)?.history == .others, let order = settings.ofOrder {
      check.fail(order.key, Self.words(order.name))
    }
    guard settings.leavesItemsOut, let encode = check.outlines.of(encode, EncodeArtifact.self),
      !encode.hasItemFeatures, !settings.usesCategory
    else { return }
    check.fail(
      "item_id_dropout",
      "'encode' gives items no features, so that nothing is left of an item without its embedding"
    )
  }

  private static func words(_ name: String) -> String {
    "\(name) goes by the order of clicks, and those of 'encode' have none ('history: others'); take the mean of all, "
      + "or set 'history: before' where the rows of the log stand in the order of clicks"
  }

  /// What it measures.
  package var metrics: [String] { ["parameters"] }

  /// Lays out the model and shows its layers.
  package func run(in context: RunContext) throws -> [Block] {
    let encoded: EncodeArtifact = try context.read(encode)
    if encoded.clicks.kind == .others, let order = settings.ofOrder {
      throw RunFailure("\(order.key): \(Self.words(order.name))")
    }
    let shape = try settings.shape(for: encoded)
    context.write(ModelArtifact(shape: shape))
    // Tables that are larger than memory are no less for being counted.
    let layers = try TwoTowerModel(shape, seed: nil, tables: settings.tables.memory(context)).summary
    let total = layers.reduce(0) { $0 + $1.parameterCount }
    context.metric("parameters", Double(total))
    context.summarize("\(NumberFormat.grouped(total)) parameters")
    context.highlight(
      "Model",
      "two towers into \(shape.vectorDimension) dimensions, \(NumberFormat.grouped(total)) weights"
    )
    let rows: [[Table.Cell]] = layers.map { layer in
      [
        .text(layer.layer), .text(layer.outputShape), .int(layer.parameterCount),
        .text(layer.connectedTo.joined(separator: ", ")),
      ]
    }
    return [
      .table(
        Table(
          name: "layers",
          columns: [
            .init("Layer"), .init("Output shape"), .init("Parameters", .trailing), .init("Connected to"),
          ],
          rows: rows
        )
      ),
      .prose("\(NumberFormat.grouped(total)) parameters, \(NumberFormat.bytes(total * 4)) as Float32."),
    ]
  }
}
