/// What a starter recipe says below `config`.
enum StarterCells {
  /// The cells below `config`: a model that is known to do well on clicks of many kinds.
  /// - Parameters:
  ///   - order: in what order clicks are.
  ///   - hasImpressions: whether the log says what was shown.
  ///   - features: lines of `encode`, each indented.
  static func cells(order: String, hasImpressions: Bool, features: [String]) -> [String] {
    let split = """

      split:
        # Each user's last click, \(order), is held out to test on; the one before it
        # to see whether training still helps.
        strategy: last_click
        validation: second_last
        # sample_users: 20000  # a quick look at many users

      encode:
        # A sample is a click and the 30 before it. What was seen before is no target, since lists leave
        # it out.
        max_seq_len: 30
        drop_repeated_targets: true
        item_vocabulary: clicked
      """
    let shown =
      hasImpressions ? ["  # impressions_per_sample: 4  # what was shown and not clicked, as negatives"] : []
    return lines(split) + features + lines(model) + shown + lines(rest)
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static let model = """

    model:
      # One table of unit vectors; the query is the mean of the history's, weighed by place, and what a
      # layer adds.
      embedding_dim: 128
      embedding_init: normal
      embedding_scale: 0.1
      normalize_items: true
      user_id: false
      category: false
      query_tower: residual_mlp
      hidden_units: [128]
      dropout: 0.2
      item_tower: identity
      pooling: learned_position
      newest_click: true
      similarity: cosine
      temperature: 0.12  # the first to try others of: 0.08 to 0.2

    train:
      # Softmax over the batch's items and others drawn uniformly, corrected for how often an item is
      # among them.
      loss: sampled_softmax
      pool_size: 2048
      logq: true
      mask_history: true
      optimizer: adam
      learning_rate: 0.002
      beta_2: 0.99
      batch_size: 512
      epochs: 40
      validation: { metric: ndcg, k: 10 }
      early_stopping: { patience: 5 }
    """

  private static let rest = """

    index:
      type: Flat

    eval:
      k: [5, 10, 20, 50, 100]
      headline_k: 10
      baselines: [popularity, item_cf]
      note: |
        {{ eval.hit_rate@10 | percent }} of the users find their next click among 10 items; with what is
        popular alone it is {{ eval.popularity.hit_rate@10 | percent }}, with items clicked together
        {{ eval.item_cf.hit_rate@10 | percent }}.

    recall:
      k: 100

    save:
    """
}
