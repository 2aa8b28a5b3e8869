import Clicks
import Files
import Notebook
import Recall
import Recipe
import Report
import Tables

/// The settings that say which items are candidates: conditions on the item table, and files of ids.
///
/// Those of `index` hold for all that reads it; a cell that ranks may narrow them by its own.
struct CandidateSettings: Sendable {
  /// Conditions, all of which must hold, and how they are written.
  let conditions: [(text: String, condition: ItemCondition)]
  /// The ids that alone are candidates, and those that are none.
  let allow: ResolvedPath?
  let block: ResolvedPath?
  /// The column of ids in these files, where they are tables.
  private let column: ColumnReference?

  /// The section's name.
  static let key = "candidates"

  private init() {
    conditions = []
    (allow, block, column) = (nil, nil, nil)
  }

  /// Nothing is left out.
  static let none = CandidateSettings()

  /// Reads the section.
  /// - Parameters:
  ///   - role: whose keys it is part of.
  ///   - who: whose candidates they are, for the help.
  static func read(_ fields: inout Fields, role: SettingRole = .compute, _ who: String) -> CandidateSettings {
    fields.section(
      key,
      "Which items are candidates \(who). Besides, an item is none before its item_columns.available_from in 'config' and "
        + "none from its available_until on."
    ) { CandidateSettings(&$0, role) }
  }

  private init(_ fields: inout Fields, _ role: SettingRole) {
    let texts = fields.strings(
      "where",
      default: [],
      role: role,
      "Conditions that an item must meet, in columns of the item table that 'config' keeps and the time of the 'request': "
        + "\"category in [12, 15]\", \"price <= 30 and not lang == 'pt'\", \"created_at >= request - 7d\", \"made is missing or "
        + "made <= request\", \"made >= '2017-10-01'\", a date in quotes. A comparison with an empty field does not hold, "
        + "'!=' and 'not in' among them."
    )
    allow = fields.path(
      "allow",
      default: nil,
      role: role,
      "A file of item ids that alone are candidates, one a line."
    )
    block = fields.path(
      "block",
      default: nil,
      role: role,
      "A file of item ids that are no candidates, one a line."
    )
    column = fields.optionalColumnName(
      "column",
      role: role,
      "The column of ids in 'allow' and 'block', where they are tables; by default they are plain lists without a header."
    )
    var conditions: [(text: String, condition: ItemCondition)] = []
    for text in texts {
      do throws(ItemCondition.Problem) { conditions.append((text, try ItemCondition(text))) } catch {
        fields.fail("where", Self.words(error, in: text))
      }
    }
    self.conditions = conditions
    if column != nil && allow == nil && block == nil && !fields.isDescribing {
      fields.fail("column", "it is the column of 'allow' and 'block', and neither is set")
    }
  }

  private static func words(_ problem: ItemCondition.Problem, in text: String) -> String {
    "in the condition \"\(text)\", \(problem)"
  }

  /// Whether it leaves all items in.
  var isEmpty: Bool { conditions.isEmpty && allow == nil && block == nil }

  /// The files of ids.
  var files: [InputFile] {
    [allow, block].compactMap { $0 }.map { InputFile(shown: $0.shown, absolute: $0.absolute) }
  }

  /// Columns must be kept by `config`, times be there where requests are compared with, and files too.
  func preflight(_ check: Preflight, _ config: ConfigOutline?) {
    for (name, path) in [("allow", allow), ("block", block)] {
      guard let path else { continue }
      let key = "\(Self.key).\(name)"
      guard FilePaths.exists(path.absolute) else {
        check.fail(key, "there is no '\(path.shown)'; it is looked for beside the recipe")
        continue
      }
      guard let column else { continue }
      do {
        _ = try TableReaders.head(path: path.absolute, name: path.shown).index(of: column.selector)
      } catch {
        check.fail("\(Self.key).column", "\(error)")
      }
    }
    guard let config else { return }
    for (text, condition) in conditions {
      for problem in condition.problems(on: config.conditionColumns) {
        check.fail("\(Self.key).where", Self.words(problem, in: text))
      }
      if condition.isTimed && !config.hasTime {
        check.fail(
          "\(Self.key).where",
          "the condition \"\(text)\" takes the time of the request, and the log has none; set columns.time in 'config'"
        )
      }
    }
  }
}

extension CandidateSettings {
  /// What is left of items, and what is to be told of it.
  struct Narrowing {
    /// When each item of the table is a candidate, `[items]`.
    var moments: [MomentSet]
    /// Ids of files that the catalogue does not have, in sentences.
    var notes: [String] = []

    /// Keeps to `others` as well.
    mutating func narrow(_ others: [MomentSet]) {
      moments = zip(moments, others).map { $0.intersection($1) }
    }
  }

  /// Keeps `narrowing` to these settings.
  /// - Throws: `RunFailure` where a condition does not fit the table; `DataError` for a file.
  func narrow(
    _ narrowing: inout Narrowing,
    of table: ItemTable,
    unit: TimeUnit,
    categoryName: String?,
    threads: Int
  ) throws {
    for (text, condition) in conditions {
      do {
        narrowing.narrow(try condition.moments(in: table, unit: unit, categoryName: categoryName))
      } catch let problem as ItemCondition.Problem {
        throw RunFailure("\(Self.words(problem, in: text)) ('\(Self.key).where')")
      }
    }
    let (allowed, blocked) = try lists(of: table, threads: threads)
    for (path, list, isAllowed) in [(allow, allowed, true), (block, blocked, false)] {
      guard let path, let list else { continue }
      let listed = Vocabulary(sortedKeys: list.items)
      narrowing.narrow(table.items.map { listed.contains($0) == isAllowed ? .always : .never })
      if let note = list.note(path.shown) { narrowing.notes.append(note) }
    }
  }

  /// What the files of ids list of `table`; nil for one that is not set.
  private func lists(of table: ItemTable, threads: Int) throws -> (allow: ItemList?, block: ItemList?) {
    func list(_ path: ResolvedPath?, mayBeEmpty: Bool) throws -> ItemList? {
      try path.map { path in
        try ItemList(
          path: path.absolute,
          name: path.shown,
          column: column?.selector,
          of: table,
          mayBeEmpty: mayBeEmpty,
          threads: threads
        )
      }
    }
    // A list of what alone is allowed that allows nothing is a mistake; one that blocks nothing may well be.
    return (try list(allow, mayBeEmpty: false), try list(block, mayBeEmpty: true))
  }

  /// By what these settings and its times narrow the items of `table`, for items that come later: the values at `rows`, which are
  /// the catalogue's.
  /// - Throws: `RunFailure` where a column is not kept; `DataError` for a file.
  func conditions(of table: ItemTable, rows: [Int], categoryName: String?, threads: Int) throws
    -> CandidateConditions
  {
    let (from, until) = (table.availableFrom?.name, table.availableUntil?.name)
    let kept = table.numbers + table.kept + table.timeColumns + (table.titles.map { [$0] } ?? [])
    let columns = try CandidateConditions.columnNames(conditions.map(\.condition), [from, until]).map {
      name -> LogColumn in
      if let column = kept.first(where: { $0.name == name }) {
        return LogColumn(name: name, values: column.values.rows(rows))
      }
      guard name == ItemTableColumns.category || name == categoryName else {
        throw RunFailure("the item table has no column '\(name)' ('\(Self.key).where')")
      }
      let categories = rows.map { table.categories[$0] }
      guard let names = table.categoryNames else {
        return LogColumn(name: name, values: .integers(categories))
      }
      let codes = categories.map { Int32(truncatingIfNeeded: $0) }
      return LogColumn(name: name, values: .names(codes: codes, names: names))
    }
    let (allowed, blocked) = try lists(of: table, threads: threads)
    let (allows, blocks) = (
      allowed.map { Vocabulary(sortedKeys: $0.items) }, Vocabulary(sortedKeys: blocked?.items ?? [])
    )
    return try CandidateConditions(
      conditions: conditions.map(\.text),
      categoryName: categoryName,
      availableFrom: from,
      availableUntil: until,
      columns: columns,
      lists: allowed == nil && blocked == nil
        ? nil
        : CandidateConditions.Lists(
          isListed: rows.map { row in
            allows?.contains(table.items[row]) != false && !blocks.contains(table.items[row])
          },
          allowed: allowed?.unknown,
          blocked: blocked?.unknown ?? []
        )
    )
  }
}

extension ItemList {
  /// How many of its ids the catalogue does not have, or that it has none; nil for nothing to tell.
  fileprivate func note(_ name: String) -> String? {
    guard listed > 0 else {
      return "\(MarkdownText.code(name)) lists no ids, so that nothing is blocked by it."
    }
    guard !unknown.isEmpty else { return nil }
    let examples = unknown.prefix(3).map { "'\(MarkdownText.escaped($0))'" }.joined(separator: ", ")
    let isCut = unknown.count > 3 ? ", …" : ""
    return
      "Of the \(listed) ids in \(MarkdownText.code(name)) the catalogue does not have \(unknown.count) (\(examples)\(isCut))."
  }
}
