import Files
import Notebook
import Numerics
import Recall
import Recipe
import Report

/// The model whose weights a training begins with.
struct WarmStartSettings: Sendable {
  /// The model as messages show it.
  let shown: String
  /// The folder or the archive; nil where it was not found, which was reported.
  let path: String?
  /// Whether the optimiser's state is taken along.
  let takesOptimizer: Bool
  /// Where embeddings of new items begin.
  let first: WarmStart.FirstVectors

  init(_ fields: inout Fields) {
    let written = fields.path(
      "model",
      default: nil,
      isSearchedFor: true,
      role: .presentation,
      "The model: the folder or the .tar.zst that 'save' wrote, or a run that has one: its id, tag, 'latest' or recipe."
    )
    var found: (path: String, name: String?)?
    if let written, !fields.isDescribing {
      do { found = try Self.find(written, outputs: fields.outputs) } catch {
        fields.fail("model", "\(error)")
      }
      if let name = found?.name { fields.settle(name: name) }
    } else if !fields.isDescribing {
      fields.fail("model", "expected a saved model or a run for 'model', got nothing")
    }
    shown = found?.name ?? written?.shown ?? ""
    path = found?.path
    takesOptimizer = fields.bool(
      "optimizer",
      default: false,
      "Whether the optimizer goes on with what it remembered, where the model was saved with 'save: { optimizer: true }'; "
        + "else it begins anew, as the learning rate does in any case."
    )
    first = fields.choice(
      "new_items",
      default: WarmStart.FirstVectors.features,
      "Where embeddings of items begin that the model does not know: 'features', at the mean of known items with the "
        + "same features, and where there are none as 'draw', as in a fresh training; 'zero', so that features alone speak."
    )
  }

  private static func find(_ written: ResolvedPath, outputs: String) throws -> (path: String, name: String?) {
    let store = RunStore(outputs)
    if FilePaths.exists(written.absolute) {
      return (try SavedModelPlace.named(written.absolute, in: store), nil)
    }
    let run = try RunReference(written.shown).run(in: store)
    let path = try SavedModelPlace(run.document, run: run.directory).path
    return (path, run.recipeFolder.isEmpty ? nil : "\(run.recipeFolder)/\(run.id)")
  }

  /// What the key is made of: the manifest, which holds the digests of all files, or the archive.
  var file: InputFile? {
    path.map { path in
      let file = FilePaths.isFolder(path) ? FilePaths.join(path, ModelManifest.file) : path
      return InputFile(shown: file, absolute: FilePaths.absolute(file), facts: "the model to begin with")
    }
  }

  /// The model must be one that this training can begin with, as far as settings say.
  func preflight(
    _ check: Preflight,
    _ model: ModelArtifact.Outline?,
    maxSeqLen: Int?,
    _ options: TrainerOptions
  ) {
    guard let path else { return }
    do {
      // Before it begins it is read as a whole.
      let saved = try SavedModel(path: path, verifies: false)
      for difference in model?.settings.differences(from: saved.model.shape, maxSeqLen: maxSeqLen) ?? [] {
        check.fail(
          "from",
          "the model '\(shown)' has \(difference.key): \(difference.other), and \(difference.cell) here has "
            + "\(difference.own); weights of one do not fit the other"
        )
      }
      guard takesOptimizer else { return }
      guard let optimizer = try saved.readOptimizer() else {
        return check.fail(
          "from",
          "the model '\(shown)' holds no state of an optimizer; save it with 'optimizer: true' in 'save' and "
            + "'keep_optimizer: true' in 'train', or leave 'optimizer' out"
        )
      }
      if optimizer.stateNames != options.optimizer.stateNames {
        check.fail(
          "from",
          "the optimizer of '\(shown)' keeps \(Self.list(optimizer.stateNames)), and this one "
            + "\(Self.list(options.optimizer.stateNames)); set the 'optimizer' that it was, or leave its state"
        )
      }
    } catch {
      check.fail("from", "\(error)")
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.joined(separator: " and ")
  }

  /// Gives `new` the weights of before, and `trainer` the optimiser's state where that is wished.
  /// - Throws: `RunFailure` where they do not fit; what reading the model throws.
  func begin(_ new: SavedModel, _ trainer: Trainer) throws -> [Block] {
    guard let path else { throw RunFailure("from: there is no model '\(shown)'") }
    let old = try SavedModel(path: path)
    let start = WarmStart(from: old, to: new)
    do {
      try start.begin(first)
    } catch let error as ModelError {
      throw RunFailure(
        "from: the model '\(shown)' takes other features than this one, or other sizes of them: \(error)"
      )
    }
    if takesOptimizer {
      guard let optimizer = try old.readOptimizer() else {
        throw RunFailure("from: the model '\(shown)' holds no state of an optimizer")
      }
      try trainer.begin(
        with: start.optimizer(optimizer, trainer.options.optimizer),
        after: optimizer.steps
      )
    }
    let rows: [[Table.Cell]] = start.counts.map {
      [.text($0.what), .int($0.taken), .int($0.new), .int($0.dropped)]
    }
    return [
      .prose(
        // What it is called is in no key.
        "Training begins with the weights of the model `\(old.digest.map { String("\($0)".prefix(12)) } ?? "")`"
          + (takesOptimizer ? " and with what its optimizer remembers." : "; the optimizer begins anew.")
      ),
      .table(
        Table(
          name: "taken_over",
          caption: "Rows of tables, matched by what they stand for.",
          columns: [
            .init("Rows"), .init("Taken over", .trailing), .init("New", .trailing),
            .init("Dropped", .trailing),
          ],
          rows: rows
        )
      ),
    ]
  }
}
