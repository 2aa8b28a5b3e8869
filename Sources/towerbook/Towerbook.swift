import ArgumentParser

/// The command `towerbook`, whose verbs each have a file of their own.
struct Towerbook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "towerbook",
    abstract: "Two-tower candidate retrieval as a notebook written in YAML.",
    discussion: """
      A recipe's sections are the cells of a notebook: config, split, encode, model, train, index, eval, \
      recall, save. 'towerbook run recipe.yaml' runs them and writes a Markdown report, which 'towerbook report' \
      makes a page or a Jupyter notebook of; after a change only the cells below it run again. Without a recipe it runs an example on made-up clicks.

      Exit codes: 0 done; 1 the run failed; 2 the recipe or the command line is wrong, and nothing was run; \
      3 an expectation was not met; 130 interrupted, and the same command goes on where it stopped \
      ('update' begins anew).
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, WatchCommand.self, LookCommand.self, ReportCommand.self, SweepCommand.self,
      CheckCommand.self, PlanCommand.self,
      StepsCommand.self, LspCommand.self, AllowCommand.self,
      SchemaCommand.self,
      InitCommand.self, DataCommand.self, RunsCommand.self, DiffCommand.self, VerifyCommand.self,
      TagCommand.self,
      PruneCommand.self, RecommendCommand.self, SimilarCommand.self, UpdateCommand.self, ServeCommand.self,
      CacheCommand.self, DoctorCommand.self,
      BenchCommand.self,
    ]
  )
}
