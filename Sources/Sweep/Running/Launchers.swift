import Files

/// The launchers there are, by what a recipe says.
enum Launchers {
  /// The launcher of a study.
  /// - Throws: `LaunchError` where its settings cannot be taken.
  static func launcher(of study: Study) throws -> any TrialLauncher {
    let parallel = study.definition.parallel
    guard let settings = study.definition.settings.launcher else { return LocalLauncher() }
    switch settings.kind {
    case .local: return LocalLauncher()
    case .slurm:
      return SlurmLauncher(
        settings,
        folder: FilePaths.absolute(study.folder.launching),
        group: group(study),
        parallel: parallel
      )
    case .ray: return try RayLauncher(settings, parallel: parallel)
    case .command: return CommandLauncher(settings, parallel: parallel)
    }
  }

  /// What all jobs of a study are called on a cluster: another for each study's folder, as ids of jobs are made of it.
  static func group(_ study: Study) -> String {
    let words = study.ledger.info.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let digest = Digest("\(FilePaths.absolute(study.folder.path)) \(study.ledger.info.created)")
    return "\(String(words.prefix(32)))-\("\(digest)".prefix(8))"
  }
}

extension Study {
  /// How many trials run at once.
  func slots(_ tools: StudyTools) -> Int {
    let launcher = definition.settings.launcher
    let isLocal = launcher.map { $0.kind == .local } ?? true
    return isLocal
      ? max(1, min(definition.parallel, tools.options.threads))
      : max(1, launcher?.array ?? definition.parallel)
  }
}
