import Report

/// How to run the study again.
enum ReproduceSection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    let facts = study.facts
    let method = facts.method.isEmpty ? "" : " Settings were proposed by \(facts.method)."
    let pruning = facts.earlyTermination.map { " Trials were stopped early by \($0)." } ?? ""
    let parallel =
      facts.cost.parallel > 1
      ? " With \(facts.cost.parallel) trials at a time the order in which they end can change what is proposed "
        + "next." : ""
    let words = "Recipe \(Words.code(facts.recipe)), seed \(facts.seed).\(method)\(pruning)\(parallel)"
    let command: [Block] = facts.command.isEmpty ? [] : [.code(language: "sh", text: facts.command)]
    return [.heading(level: 2, text: "Reproduce"), .prose(words)] + command
  }
}
