import Notebook
import Report

extension RunContext {
  /// Says on the terminal too what `blocks` warn of, for what is wrong with the data that a run is made of.
  func warn(_ blocks: [Block]) {
    for case .note(kind: .warning, let text) in blocks { progress.warning(text) }
  }
}
