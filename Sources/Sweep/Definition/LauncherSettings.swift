import Notebook
import Recipe

/// The section `sweep.launcher` of a recipe: where trials run.
struct LauncherSettings: Sendable {
  /// The engines there are.
  enum Kind: String, CaseIterable, Sendable {
    case local, slurm, ray, command
  }

  var kind: Kind
  var partition: String?
  var cpus: Int
  var memory: MemorySize?
  var time: TimeLimit?
  var array: Int?
  var noticeSeconds: Int
  var options: [String]
  var setup: [String]
  var environment: [String]
  var executable: String?
  var cache: String?
  var pollSeconds: Double?
  var address: String?
  var submit: String?
  var status: String?
  var cancel: String?

  /// Which settings mean something to which engines, besides `type`.
  private static let uses: [(key: String, kinds: [Kind])] = [
    ("partition", [.slurm]), ("cpus", [.slurm, .ray, .command]), ("memory", [.slurm, .ray]),
    ("time", [.slurm]),
    ("array", [.slurm]), ("notice", [.slurm]), ("options", [.slurm]), ("setup", [.slurm, .ray, .command]),
    ("environment", [.slurm, .ray, .command]), ("executable", [.slurm, .ray, .command]),
    ("cache", [.slurm, .ray, .command]), ("poll", [.slurm, .ray, .command]), ("address", [.ray]),
    ("submit", [.command]), ("status", [.command]), ("cancel", [.command]),
  ]

  /// Reads the section; problems accumulate in `fields`. Where trials run is in no key: it is the same study anywhere.
  init(_ fields: inout Fields) {
    kind = fields.choice(
      "type",
      default: .local,
      role: .presentation,
      "What runs trials: this machine, Slurm (sbatch), Ray (its job API), or commands of yours."
    )
    partition = fields.optionalString(
      "partition",
      role: .presentation,
      "Slurm's partition; several with commas."
    )
    cpus = fields.int(
      "cpus",
      default: 1,
      in: 1...1024,
      role: .presentation,
      "Processors of a trial, which has so many threads."
    )
    memory = MemorySize.read("memory", "Memory of a trial: 16G, 500M.", &fields)
    time = TimeLimit.read(
      "time",
      "The time limit of a job: 02:00:00, 1-12:00:00, 90m; a trial that it strikes goes on from its checkpoint.",
      &fields
    )
    array = fields.optionalInt(
      "array",
      in: 1...100_000,
      role: .presentation,
      "Hand trials over as array jobs, so many trials at once at most; in place of 'parallel'."
    )
    let notice = Duration.read(
      "notice",
      "How long before its time limit a trial is told; by default 60s.",
      &fields
    )
    noticeSeconds = Int(min(max(notice ?? 60, 1), 65_535))
    options = fields.strings(
      "options",
      default: [],
      role: .presentation,
      "More options of sbatch: [--qos=low]."
    )
    setup = fields.strings(
      "setup",
      default: [],
      role: .presentation,
      "Lines of the shell before a trial: module load gcc."
    )
    environment = fields.strings(
      "environment",
      default: [],
      role: .presentation,
      "Variables that trials get as they are here, besides those that settings fall back on."
    )
    executable = fields.optionalString(
      "executable",
      role: .presentation,
      "The path of towerbook there; by default that of this program."
    )
    cache = fields.optionalString(
      "cache",
      role: .presentation,
      "A folder of each machine's own for the cache, as /tmp/$USER; by default all share this one's."
    )
    pollSeconds = Duration.read("poll", "How often the engine is asked; by default every 5s.", &fields)
    address = fields.optionalString(
      "address",
      role: .presentation,
      "Ray's dashboard; by default http://127.0.0.1:8265."
    )
    submit = fields.optionalString(
      "submit",
      role: .presentation,
      "The command that hands {script} over and prints the job's id last; also {name}, {log}, {cpus}."
    )
    status = fields.optionalString(
      "status",
      role: .presentation,
      "The command that prints how {job} is: waiting, running, completed, failed, timeout, preempted, cancelled, unknown."
    )
    cancel = fields.optionalString("cancel", role: .presentation, "The command that ends {job}.")
    check(fields)
  }

  /// What can be known before anything runs.
  private func check(_ fields: Fields) {
    guard !fields.isDescribing else { return }
    for (key, kinds) in Self.uses where fields.has(key) && !kinds.contains(kind) {
      let words = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      fields.fail(key, "'\(key)' means nothing to a launcher of type '\(kind.rawValue)', only to \(words)")
    }
    for (key, value) in [("partition", partition), ("executable", executable), ("cache", cache)]
    where value == "" {
      fields.fail(key, "'\(key)' takes a text of one character at least")
    }
    for name in environment where name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
      fields.fail("environment", "'\(name)' is no name of a variable")
    }
    if kind == .ray, let address {
      do { _ = try HTTPExchange(address) } catch { fields.fail("address", "\(error)") }
    }
    if kind == .command { checkCommands(fields) }
  }

  private func checkCommands(_ fields: Fields) {
    let commands = [
      ("submit", submit, "{script}", CommandLauncher.submitNames),
      ("status", status, "{job}", CommandLauncher.jobNames),
      ("cancel", cancel, "{job}", CommandLauncher.jobNames),
    ]
    for (key, value, needed, known) in commands {
      guard let value else {
        fields.fail(key, "a launcher of type 'command' needs '\(key)', a command with \(needed)")
        continue
      }
      if !value.contains(needed) {
        fields.fail(key, "'\(key)' does not say what it is about: put \(needed) into it")
      }
      for name in CommandLauncher.unknownNames(value, known) {
        let words = known.map { "{\($0)}" }.joined(separator: ", ")
        fields.fail(key, "'\(key)' knows no {\(name)}; it knows \(words)")
      }
    }
  }

  /// What follows from where its jobs run.
  func traits(parallel: Int) -> LauncherTraits {
    LauncherTraits(
      isLocal: kind == .local,
      most: array ?? parallel,
      pollSeconds: pollSeconds ?? 5,
      threads: kind == .local ? nil : cpus,
      sharesCache: cache == nil
    )
  }

  /// What it is for people: `slurm, partition short, 8 processors, 16G and 02:00:00 a trial`.
  var words: String {
    var parts = [kind.rawValue]
    if let partition { parts.append("partition \(partition)") }
    if let address { parts.append(address) }
    if kind != .local { parts.append("\(cpus) processor\(cpus == 1 ? "" : "s") a trial") }
    if let memory { parts.append(memory.slurm) }
    if let time { parts.append(time.slurm) }
    return parts.joined(separator: ", ")
  }
}

/// An amount of memory, as engines take it.
struct MemorySize: Sendable, Equatable {
  /// In bytes, a kibibyte at least.
  var bytes: Int

  /// In Slurm's units: `16G`, `1500M`.
  var slurm: String {
    for (unit, shift) in [("T", 40), ("G", 30), ("M", 20)]
    where bytes >= 1 << shift && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(max(1, bytes >> 10))K"
  }

  /// The amount that a text such as `16G`, `500MB` or `1.5GiB` says, in units of 1024; nil for anything else.
  init?(_ text: String) {
    guard let found = text.wholeMatch(of: /([0-9]{1,9}(\.[0-9]{1,6})?) ?([KMGT])i?B?/.ignoresCase()),
      let number = Double(found.output.1)
    else { return nil }
    let shift = ["K": 10, "M": 20, "G": 30, "T": 40][found.output.3.uppercased()] ?? 10
    let bytes = (number * Double(1 << shift)).rounded()
    guard bytes >= 1024, bytes < 0x1p60 else { return nil }
    self.bytes = Int(bytes)
  }

  /// Reads a setting that may be left out.
  static func read(_ key: String, _ help: String, _ fields: inout Fields) -> MemorySize? {
    guard let text = fields.optionalString(key, role: .presentation, help) else { return nil }
    let size = MemorySize(text)
    if size == nil {
      fields.fail(key, "expected an amount of memory such as 16G or 500M for '\(key)', got '\(text)'")
    }
    return size
  }
}

/// A time limit, as engines take it.
struct TimeLimit: Sendable, Equatable {
  /// In seconds, a minute at least, as Slurm counts.
  var seconds: Int

  /// As Slurm has it: `02:00:00`, `1-12:00:00`.
  var slurm: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds >= 86_400 ? "\(seconds / 86_400)-\(clock)" : clock
  }

  /// The limit that `HH:MM:SS`, `D-HH:MM:SS`, `D-HH`, `90m` or `2h` says; nil for anything else. A bare number is none: Slurm
  /// takes minutes, others seconds.
  init?(_ text: String) {
    if let found = text.wholeMatch(of: /(([0-9]{1,4})-)?([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])/) {
      let parts = [found.output.2 ?? "0", found.output.3, found.output.4, found.output.5].map { Int($0) ?? 0 }
      seconds = ((parts[0] * 24 + parts[1]) * 60 + parts[2]) * 60 + parts[3]
    } else if let found = text.wholeMatch(of: /([0-9]{1,4})-([0-9]{1,2})/) {
      seconds = ((Int(found.output.1) ?? 0) * 24 + (Int(found.output.2) ?? 0)) * 3600
    } else if Double(text) == nil, let length = Duration.seconds(text), length < 1e9 {
      seconds = Int(length)
    } else {
      return nil
    }
    guard seconds >= 60 else { return nil }
  }

  /// Reads a setting that may be left out.
  static func read(_ key: String, _ help: String, _ fields: inout Fields) -> TimeLimit? {
    guard let value = fields.anyValue(key, role: .presentation, help) else { return nil }
    let limit: TimeLimit? = if case .string(let text) = value { TimeLimit(text) } else { nil }
    if limit == nil {
      fields.fail(
        key,
        "expected a time of a minute at least such as 02:00:00, 1-12:00:00 or 90m for '\(key)', got \(value.inlineYAML)"
      )
    }
    return limit
  }
}
