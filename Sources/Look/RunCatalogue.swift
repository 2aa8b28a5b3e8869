import Files
import Notebook
import Report
import Synchronization

/// The finished runs, read once each: what lists and searches ask of them.
///
/// Reading hundreds of records takes a while, so that it is done beside answering; what is not read yet is said.
final class RunCatalogue: Sendable {
  /// What is known.
  struct Listing {
    /// The runs, the newest first, without what their reports show.
    var runs: [StoredRun] = []
    /// What stands where runs do and cannot be read, a sentence each.
    var problems: [String] = []
    /// How many records have not been read yet.
    var unread = 0
    /// Why the folder cannot be read, or nil.
    var failure: String?
  }

  private struct Entry {
    var stamp: FileStamp
    var run: Result<StoredRun, Problem>
  }

  private struct Problem: Error { var text: String }

  private let root: String
  private let known = Mutex<[String: Entry]>([:])
  private let isReading = Mutex(false)

  init(_ root: String) { self.root = root }

  /// Where the runs are, each with its record's stamp.
  private func places() throws -> [(recipe: String, id: String, stamp: FileStamp)] {
    guard FilePaths.exists(root) else { return [] }
    _ = try FilePaths.list(root)
    let store = RunStore(root)
    return store.recipes.flatMap { recipe in
      store.ids(of: recipe).compactMap { id in
        let record = FilePaths.join(FilePaths.join(store.folder(of: recipe), id), ReportDocument.file)
        return FileStamp(record).map { (recipe, id, $0) }
      }
    }
  }

  /// Reads what is not known yet, one after the other; returns at once where that is being done already.
  func read() {
    guard
      isReading.withLock({ isReading in
        defer { isReading = true }
        return !isReading
      })
    else { return }
    defer { isReading.withLock { $0 = false } }
    guard let places = try? places() else { return }
    let paths = Set(places.map { "\($0.recipe)/\($0.id)" })
    known.withLock { known in known = known.filter { paths.contains($0.key) } }
    let missing = places.filter { place in
      known.withLock { $0["\(place.recipe)/\(place.id)"]?.stamp } != place.stamp
    }
    for place in missing.reversed() { read(place.recipe, place.id, place.stamp) }
  }

  private func read(_ recipe: String, _ id: String, _ stamp: FileStamp) {
    let result: Result<StoredRun, Problem>
    do {
      let folder = FilePaths.join(FilePaths.join(root, recipe), id)
      var run = try StoredRun(directory: folder, recipeFolder: recipe, id: id)
      // Of hundreds of runs, all that they show would be too much to hold.
      for place in run.document.cells.indices {
        (run.document.cells[place].blocks, run.document.cells[place].text) = ([], [])
        run.document.cells[place].note = []
      }
      (run.document.text, run.document.recipeText) = ([], "")
      result = .success(run)
    } catch {
      result = .failure(Problem(text: "\(error)"))
    }
    known.withLock { $0["\(recipe)/\(id)"] = Entry(stamp: stamp, run: result) }
  }

  /// What is known now; what came since is read first where it is little.
  func listing() -> Listing {
    var listing = Listing()
    let places: [(recipe: String, id: String, stamp: FileStamp)]
    do { places = try self.places() } catch {
      listing.failure = "\(error)"
      return listing
    }
    let store = RunStore(root)
    var tags: [String: [RunTag]] = [:]
    var missing: [(recipe: String, id: String, stamp: FileStamp)] = []
    for place in places {
      guard known.withLock({ $0["\(place.recipe)/\(place.id)"]?.stamp }) == place.stamp else {
        missing.append(place)
        continue
      }
    }
    if missing.count <= 20 {
      for place in missing { read(place.recipe, place.id, place.stamp) }
      missing = []
    }
    listing.unread = missing.count
    for place in places {
      guard let entry = known.withLock({ $0["\(place.recipe)/\(place.id)"] }) else { continue }
      switch entry.run {
      case .success(var run):
        let own = tags[place.recipe] ?? store.tags(of: place.recipe)
        tags[place.recipe] = own
        run.tags = own.filter { $0.run == place.id }.map(\.name)
        listing.runs.append(run)
      case .failure(let problem): listing.problems.append(problem.text)
      }
    }
    listing.runs.sort { $0.isNewer(than: $1) }
    return listing
  }

  /// Changes whenever ``listing()`` may have.
  func stamp() -> String {
    let recipes = ((try? FilePaths.list(root)) ?? []).filter { !$0.hasPrefix(".") }
      .map { FilePaths.join(root, $0) }
    let watched = recipes.map { FilePaths.join(FilePaths.join($0, WatchState.folder), ReportDocument.file) }
    let stamps = ([root] + recipes + watched).map { FileStamp($0).map { "\($0.hashValue)" } ?? "-" }
    return (stamps + ["\(known.withLock { $0.count })"]).joined(separator: " ")
  }
}
