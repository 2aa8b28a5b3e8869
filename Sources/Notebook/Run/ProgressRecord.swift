import Files
import FoundationEssentials
import Report

/// Keeps a run's ``RunProgress`` in its folder up to date, some times a second.
///
/// Who looks on loses something where it cannot be written, and the run nothing: errors are passed over.
final class ProgressRecord {
  private static let pause = Duration.milliseconds(150)
  /// The most points that a curve keeps; where there are more, every second one goes.
  private static let mostPoints = 400

  private var progress: RunProgress
  private let path: String
  private let clock = ContinuousClock()
  private var written: ContinuousClock.Instant
  /// How far apart the points of each curve are taken, in its unit.
  private var steps: [Double] = []

  init(_ plan: Plan, _ directory: RunDirectory, command: [String]) {
    path = FilePaths.join(directory.staging, RunProgress.file)
    progress = RunProgress(
      recipe: plan.recipe.name,
      title: plan.recipe.title ?? plan.recipe.name,
      run: FilePaths.name(of: directory.final),
      command: command.map(ShellWord.quoted).joined(separator: " "),
      started: Self.now,
      cells: plan.cells.map { RunProgress.Cell(id: $0.id) }
    )
    written = clock.now - Self.pause
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  /// The cell at `position` begins.
  func begin(_ position: Int) {
    guard progress.cells.indices.contains(position) else { return }
    progress.cells[position].state = .running
    (progress.work, progress.cellStarted) = (nil, Self.now)
    write()
  }

  /// The cell that has begun is computed, which may take a while before it says anything.
  func compute() { write(isUrgent: true) }

  /// The cell that runs is done.
  func end(seconds: Double, cached: Bool, summary: String) {
    guard let place = progress.current else { return }
    progress.cells[place].state = .done
    progress.cells[place].isCached = cached
    progress.cells[place].seconds = seconds
    progress.cells[place].summary = summary
    progress.work = nil
    write()
  }

  /// The cell that runs has done so much.
  func update(done: Int, total: Int, detail: String) {
    progress.work = .init(done: done, total: total, detail: detail)
    write()
  }

  /// A curve of the cell that runs has another point.
  func point(of name: String, x: Double, y: Double, against unit: String) {
    guard x.isFinite, y.isFinite, let place = progress.current else { return }
    let cell = progress.cells[place].id
    guard let curve = progress.curves.firstIndex(where: { $0.cell == cell && $0.name == name }) else {
      progress.curves.append(.init(cell: cell, name: name, unit: unit, x: [x], y: [y]))
      steps.append(0)
      return
    }
    guard x - (progress.curves[curve].x.last ?? x) >= steps[curve] else { return }
    progress.curves[curve].x.append(x)
    progress.curves[curve].y.append(y)
    if progress.curves[curve].x.count > Self.mostPoints { thin(curve) }
  }

  private func thin(_ place: Int) {
    let kept = progress.curves[place].x.indices.filter { $0 % 2 == 0 }
    progress.curves[place].x = kept.map { progress.curves[place].x[$0] }
    progress.curves[place].y = kept.map { progress.curves[place].y[$0] }
    let x = progress.curves[place].x
    steps[place] = ((x.last ?? 0) - x[0]) / Double(max(1, x.count - 1))
  }

  private func write(isUrgent: Bool = false) {
    guard isUrgent || clock.now - written >= Self.pause else { return }
    written = clock.now
    progress.updated = Self.now
    guard let text = try? CodableJSON.text(progress) else { return }
    try? AtomicFile.write(text, to: path)
  }

  /// Takes the file away from the folder that the run's has become: it is over, and its record says more.
  func remove(from folder: String) { try? Folders.remove(FilePaths.join(folder, RunProgress.file)) }
}
