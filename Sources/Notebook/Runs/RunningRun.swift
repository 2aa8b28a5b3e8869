import Files

/// A run that is under way under a folder of outputs.
package struct RunningRun: Sendable {
  /// The name of its recipe's folder.
  package var recipeFolder: String
  /// The folder that is being filled.
  package var folder: String
  /// What it says of itself.
  package var progress: RunProgress

  /// The name of the folder that it will have.
  package var id: String { progress.run }
}

extension RunStore {
  /// The runs that living processes are at, of one recipe or of all, in the order of their folders; trials of sweeps are
  /// not among them.
  package func running(of recipe: String? = nil) -> [RunningRun] {
    let recipes = recipe.map { [$0] } ?? plainFolders(in: root)
    return recipes.flatMap { recipe -> [RunningRun] in
      let home = folder(of: recipe)
      // A run into a folder that it was told fills one within that folder.
      let told = plainFolders(in: home).filter { !RunID.isOne($0) && !$0.hasPrefix("sweep-") }
      return ([home] + told.map { FilePaths.join(home, $0) }).flatMap { running(in: $0, recipe) }
    }
  }

  private func running(in parent: String, _ recipe: String) -> [RunningRun] {
    ((try? FilePaths.list(parent)) ?? []).compactMap { name in
      let path = FilePaths.join(parent, name)
      guard StagingFolder.isOne(name), StagingFolder.isBeingFilled(path),
        let progress = try? RunProgress(folder: path)
      else { return nil }
      return RunningRun(recipeFolder: recipe, folder: path, progress: progress)
    }
  }
}
