import Report

/// Where trials ran, how long they waited there and what they cost; nothing where all were processes of one machine.
enum PlacesSection: StudySection {
  private static let most = 100

  static func blocks(_ study: StudyDigest) -> [Block] {
    let jobs = study.facts.cost.jobs
    guard !jobs.isEmpty else { return [] }
    let table = Table(
      columns: [
        .init("Trial", .trailing), .init("Machine"), .init("Job"), .init("Waited", .trailing),
        .init("Ran", .trailing),
        .init("Processors", .trailing), .init("Core hours", .trailing),
      ],
      rows: jobs.prefix(most).map(row)
    )
    return [.heading(level: 2, text: "Where trials ran"), .prose(words(jobs)), .table(table)]
  }

  private static func row(_ job: TrialJob) -> [Table.Cell] {
    [
      .text(job.purpose == .search ? "\(job.number)" : "fresh seed \(job.number)"), .text(job.host ?? ""),
      .text("\(job.launcher) \(job.id)"),
      job.waited.map { .text(NumberFormat.duration(seconds: $0)) } ?? .empty,
      .text(NumberFormat.duration(seconds: job.ran)), .int(job.cpus), .text(hours(job.coreHours)),
    ]
  }

  private static func hours(_ hours: Double) -> String {
    NumberFormat.fixed(hours, digits: hours < 10 ? 3 : 1)
  }

  private static func words(_ jobs: [TrialJob]) -> String {
    let hosts = Set(jobs.compactMap(\.host)).count
    let total = jobs.reduce(0) { $0 + $1.coreHours }
    let waits = jobs.compactMap(\.waited).sorted()
    let trials = Set(jobs.map { "\($0.purpose) \($0.number)" }).count
    var text =
      "\(Words.count(jobs.count, "job")) for \(Words.count(trials, "trial")) on \(Words.count(hosts, "machine")) "
      + "took \(hours(total)) core hours"
    if !waits.isEmpty {
      text +=
        "; in the queue half of them waited at most \(NumberFormat.duration(seconds: waits[(waits.count - 1) / 2])), "
        + "the longest \(NumberFormat.duration(seconds: waits[waits.count - 1]))"
    }
    return text + "." + (jobs.count > most ? " The first \(most) are listed." : "")
  }
}
