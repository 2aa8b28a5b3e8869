import Clicks
import Files
import Notebook
import Recall
import Recipe
import Report

/// `split`: cuts the log into histories to learn from and clicks to be tested on.
package struct SplitStep: Step {
  package static let name = "split"
  package static let summary = "Holds clicks out to test on; what is left is the history to learn from."
  /// All of them.
  package static let decidesWhatIsMeasured = true
  /// The revision.
  package static let revision = 5
  /// What it writes.
  package static let writes: String? = SplitArtifact.kind

  enum Strategy: String, CaseIterable, Sendable {
    case lastClick = "last_click"
    case leaveLastN = "leave_last_n"
    case time, ratio, random, files, items, none
  }

  enum Validation: String, CaseIterable, Sendable {
    case none, users, items, random
    case secondLast = "second_last"
  }

  let config: ArtifactInput
  private let strategy: Strategy
  private let options: SplitOptions
  private let validation: Validation
  private let validationShare: Double
  private let refits: Bool
  private let share: Double
  private let testFiles: [ResolvedPath]
  private let testFound = Once<FileSet>()
  private let exported: String?

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    config = fields.input(ConfigArtifact.kind)
    strategy = fields.choice(
      "strategy",
      default: Strategy.lastClick,
      "What is held out: each user's last_click, leave_last_n, all clicks from one time on, each user's last "
        + "ratio, a random share of each user's clicks (for sets without order), the clicks of a second file (files), or all clicks on a share of the items, drawn at random (items): "
        + "the cold start of new items; none: all clicks are learned from, for a model that is used, and nothing is "
        + "measured."
    )
    var options = SplitOptions()
    let count = fields.int(
      "last_n",
      default: 1,
      in: 1...1_000_000,
      "leave_last_n: how many clicks of each user."
    )
    let share = fields.double(
      "share",
      default: 0.1,
      in: .open(0, 1),
      "ratio, random: the share of each user's clicks; time: of all clicks; items: of the items clicked."
    )
    self.share = share
    let cutoff = fields.optionalTime(
      "cutoff",
      isWhole: true,
      "time: the first held-out moment: a number as the log counts time, or a date such as 2017-10-10 or "
        + "2017-10-10T12:00:00+02:00, of UTC where it names no zone."
    )
    testFiles = fields.dataPaths(
      "test_file",
      isSearchedFor: true,
      role: .presentation,
      "files: the clicks to test on, looked for beside the recipe and then beside the click log; 'config' reads the "
        + "others. A file, a pattern, a folder, or a list of these."
    )
    let exported = fields.optionalString(
      "export",
      "A Parquet file in the run directory that gets all clicks of the split, with the columns user, item, time and part "
        + "(train, validation, after_validation or test); by default none."
    )
    if let exported, !exported.hasSuffix(".parquet") {
      fields.fail(
        "export",
        PickleFile.isCalledSo(exported)
          ? PickleFile.notWritten(
            "clicks",
            instead: "end the name with .parquet",
            reading: "pandas.read_parquet('…')"
          ) : "expected a name that ends in .parquet, got '\(exported)'"
      )
    }
    self.exported = exported
    validation = fields.choice(
      "validation",
      default: Validation.none,
      "What is held out to choose settings by: nothing; the second_last click of each user who is tested; or the newest "
        + "history click of a random share of all users (users), the others keeping theirs to be learned from; or all "
        + "history clicks on a random share of the items (items), for new items; or a random share of the history clicks of each "
        + "user who is tested (random), for sets without order."
    )
    validationShare = fields.double(
      "validation_share",
      default: 0.1,
      in: .open(0, 1),
      "users: the share of the users with two history clicks or more, one at least; items: the share of the items of the "
        + "history, likewise; random: the share of "
        + "each user's history clicks."
    )
    refits = fields.bool(
      "refit",
      default: false,
      "Whether 'train' learns anew from all clicks before the test, those held out for validation among them, for as many "
        + "epochs as validation chose: as a live system would. Without it, as in most papers, nothing is learned of the "
        + "validation clicks, which the requests of the test see all the same."
    )
    if refits && !fields.isDescribing {
      switch validation {
      case .none:
        fields.fail("refit", "nothing is held out for validation, so that all is learned from already")
      case .items:
        fields.fail(
          "refit",
          "new items that validation holds out cannot be learned from without being old; leave it out"
        )
      case .secondLast, .users, .random: break
      }
    }
    options.sampleUsers = fields.optionalInt(
      "sample_users",
      in: 1...Int(Int32.max),
      "Keep so many users, drawn as NumPy draws them; by default all."
    )
    options.testUsers = fields.optionalInt(
      "test_users",
      in: 1...Int(Int32.max),
      "Test on so many users, drawn in the same way, and learn from all; by default all are tested. The others keep all their "
        + "clicks, but what 'time', 'items' and 'files' would hold out of them is left out."
    )
    options.seed = fields.int(
      "seed",
      defaultFrom: "config.seed",
      in: 0...Int.max,
      "Draws the users that are kept, tested and validated on, and the items that are held out."
    )
    options.minUserClicks = fields.int(
      "min_user_clicks",
      default: 0,
      in: 0...Int(Int32.max),
      "k-core: the fewest clicks a user must have."
    )
    options.minItemClicks = fields.int(
      "min_item_clicks",
      default: 0,
      in: 0...Int(Int32.max),
      "k-core: the fewest clicks an item must have."
    )
    options.deduplication = fields.choice(
      "deduplicate",
      default: Deduplication.none,
      "Which repeated clicks are left out, after the filter and in the order of time: 'consecutive' those directly after "
        + "another click of the user on the same item, 'per_user' all but the user's first click on an item. Where the log "
        + "has events, only a click of the same event is repeated. They are gone from histories too; "
        + "'drop_repeated_targets' in 'encode' only trains no sample on them."
    )
    options.maxUserClicks = fields.optionalInt(
      "max_user_clicks",
      in: 1...Int(Int32.max),
      "Leave out users with more clicks than that, such as robots; after the filter and 'deduplicate', before the k-core."
    )
    options.targets = fields.strings(
      "targets",
      default: [],
      count: 0...1000,
      "Hold out only clicks of these events, for the test and for validation; by default of all. 'last_click', "
        + "'leave_last_n', 'ratio' and 'random' then count these alone. A user's clicks after the first one that is held out "
        + "go, so that no history shows them (not with 'random', which goes by no order); who has none of these events is learned "
        + "from and not tested. So it is with clicks that count 0, which are never held out."
    )
    if Set(options.targets).count != options.targets.count {
      fields.fail("targets", "an event stands here twice")
    }
    options.filters =
      fields.optionalSection("filter", "Keep only clicks that meet a condition.", FilterSettings.read) ?? []
    switch strategy {
    case .lastClick, .files: options.strategy = .lastClick
    case .none: options.strategy = .nothing
    case .leaveLastN: options.strategy = .leaveLast(count)
    case .ratio: options.strategy = .ratio(share)
    case .items: options.strategy = .items(share)
    case .random: options.strategy = .random(share)
    case .time:
      let moment: TimeCutoff? =
        switch cutoff {
        case nil: nil
        case .moment(let moment): .moment(moment)
        case .number(.whole(let value)): .timestamp(Int64(value))
        case .number(.real(let value)): Int64(exactly: value).map { .timestamp($0) }
        }
      options.strategy = .time(moment ?? .share(share))
    }
    self.options = options
    if strategy == .files && testFiles.isEmpty && !fields.isDescribing {
      fields.fail("strategy", "'files' takes the clicks to test on from a file; set 'test_file'")
    }
  }

  private var isLeaveOneOut: Bool { strategy == .lastClick || options.strategy == .leaveLast(1) }
  private var hasValidation: Bool { validation != .none }

  /// What its settings say of the split.
  package var outline: (any Sendable)? {
    SplitArtifact.Outline(
      strategy: isLeaveOneOut ? "leave_one_out" : strategy.rawValue,
      validation: validation.rawValue,
      hasValidation: hasValidation,
      refits: refits,
      hasNewItems: strategy == .items || validation == .items,
      holdsOut: strategy != .none,
      isOfOneLog: strategy != .files
    )
  }
  /// What it reads.
  package var reads: [ArtifactInput] { [config] }

  /// The files of clicks to test on.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] { tested(outlines)?.inputFiles ?? [] }
  /// How many there are, and which.
  package func fileSummary(_ outlines: ArtifactOutlines) -> [String] {
    tested(outlines)?.summary.map { [$0] } ?? []
  }

  private func tested(_ outlines: ArtifactOutlines) -> FileSet? {
    guard strategy == .files, !testFiles.isEmpty,
      let source = outlines.of(config, ConfigArtifact.self)?.fileSource
    else { return nil }
    return testFound.value { source.tested(testFiles) }
  }

  /// What it measures.
  package var metrics: [String] {
    ["users", "history_clicks", "held_out_users", "held_out_clicks"]
      + (hasValidation ? ["validation_clicks"] : [])
  }

  /// The file of clicks to test on must be there, times where they are split by, and columns that are filtered on.
  package func preflight(_ check: Preflight) {
    guard let log = check.outlines.of(config, ConfigArtifact.self) else { return }
    if strategy == .time && !log.hasTime {
      check.fail("strategy", "a split by time needs the log's times; set columns.time in 'config'")
    }
    log.check(targets: options.targets, check)
    switch options.filters.first?.column {  // all conditions of a section are on one column
    case .time where !log.hasTime:
      check.fail("filter.column", "the log has no times; set columns.time in 'config'")
    case .extra(let name) where !log.keeps(name):
      check.fail("filter.column", "the log keeps no column '\(name)'; add it to columns.keep in 'config'")
    default: break
    }
    if strategy == .none {
      // Clicks that choose settings are not learned from either.
      if hasValidation {
        check.fail("validation", "with 'strategy: none' all clicks are learned from; leave 'validation' out")
      }
      if options.testUsers != nil { check.fail("test_users", "with 'strategy: none' nobody is tested") }
    }
    guard strategy == .files, !testFiles.isEmpty else { return }
    guard let source = log.fileSource else {
      return check.fail(
        "strategy",
        "made-up clicks are not split already; 'files' takes a click log from a file"
      )
    }
    guard let files = tested(check.outlines) else { return }
    source.preflight(testFiles, files, key: "test_file", check)
  }

  /// What it writes besides, where it is told to.
  package var outputs: [OutputName] { exported.map { [OutputName($0, key: "export")] } ?? [] }

  /// Splits and shows what went where.
  package func run(in context: RunContext) throws -> [Block] {
    let data: ConfigArtifact = try context.read(config)
    var notes = SplitNotes()
    var (split, test) = try split(data, context, &notes)
    let isTarget = hasValidation ? try data.log.canBeHeldOut(options.targets) : nil
    switch validation {
    case .none: break
    case .secondLast: split.holdOutNewestForValidation(of: isTarget)
    case .users:
      split.holdOutNewestForValidation(share: validationShare, seed: options.seed, of: isTarget)
    case .random: split.holdOutRandomForValidation(share: validationShare, seed: options.seed, of: isTarget)
    case .items: try split.holdOutItemsForValidation(share: validationShare, seed: options.seed, of: isTarget)
    }
    split.refits = refits
    context.write(SplitArtifact(data: split))
    if let exported { try SplitExport.write(split, of: data.log, to: try context.outputFile(exported)) }
    context.metric("users", Double(split.history.users.count))
    context.metric("history_clicks", Double(split.history.clickCount))
    context.metric("held_out_users", Double(split.heldOut.users.count))
    context.metric("held_out_clicks", Double(split.heldOut.clickCount))
    if let validation = split.validation {
      context.metric("validation_clicks", Double(validation.clickCount))
    }
    context.summarize(
      "\(NumberFormat.grouped(split.history.clickCount)) clicks to learn from, "
        + "\(NumberFormat.grouped(split.heldOut.clickCount)) held out"
    )
    context.highlight("Split", sentence(split))
    let names = context.outlines.of(config, ConfigArtifact.self)?.columnNames ?? (user: "user", item: "item")
    let blocks = SplitReport(
      split: split,
      notes: notes,
      absentTargets: (test?.log ?? data.log).absentEvents(of: options.targets),
      log: data.log,
      test: test,
      names: names
    ).blocks
    context.warn(blocks)
    return blocks
  }

  /// What was held out, for the first page.
  private func sentence(_ split: SplitData) -> String {
    func count(_ number: Int) -> String { NumberFormat.grouped(number) }
    var text =
      switch strategy {
      case .lastClick where !options.targets.isEmpty:
        "each user's last \(options.targets.joined(separator: " or ")) is held out"
      case .lastClick: "each user's last click is held out"
      case .leaveLastN: "each user's last clicks are held out"
      case .ratio: "the last \(NumberFormat.percent(share)) of each user's clicks are held out"
      case .random: "\(NumberFormat.percent(share)) of each user's clicks, drawn at random, are held out"
      case .time: "all clicks from one moment on are held out"
      case .items:
        "all clicks on \(NumberFormat.percent(share)) of the items, drawn at random, are held out"
      case .none: "nothing is held out, and nothing is measured"
      case .files:
        "the clicks of \(testName) are held out"
      }
    if strategy == .none { return text + ": \(count(split.history.clickCount)) clicks to learn from" }
    let drawn = split.facts.usersNotSampled + split.facts.usersNotTested > 0 ? " drawn at random" : ""
    text += ": \(count(split.heldOut.clickCount)) clicks of \(count(split.heldOut.users.count)) users\(drawn)"
    text += ", \(count(split.history.clickCount)) to learn from"
    if let validation = split.validation { text += ", \(count(validation.clickCount)) to choose settings by" }
    if refits { text += " and to learn from before the test" }
    return text
  }

  private var testName: String {
    testFiles.isEmpty
      ? "another file"
      : testFiles.map { MarkdownText.code(FilePaths.name(of: $0.shown)) }.joined(separator: ", ")
  }

  private func split(_ data: ConfigArtifact, _ context: RunContext, _ notes: inout SplitNotes) throws -> (
    SplitData, TestLog?
  ) {
    guard strategy == .files else { return (try ClickSplitter.split(data.log, options, &notes), nil) }
    guard let source = context.outlines.of(config, ConfigArtifact.self)?.fileSource,
      let files = tested(context.outlines)
    else {
      throw RunFailure("'files' needs clicks from a file in 'config'; made-up clicks are not split already")
    }
    let test = try source.readTest(files, for: data.log, context.dataReading)
    var split = try ClickSplitter.files(train: data.log, test: test.log, options, &notes)
    (split.strangeUsers, split.strangeItems) = (test.strange.users, test.strange.items)
    split.facts.droppedRows = test.log.droppedRows
    return (split, test)
  }
}
