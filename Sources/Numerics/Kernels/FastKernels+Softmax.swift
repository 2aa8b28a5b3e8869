import CKernels

extension FastKernels {
  func softmaxRows(_ logits: MatrixView, _ rows: SoftmaxRows) {
    var softmax = tb_softmax(
      labels: rows.labels,
      weights: rows.weights,
      bias: rows.bias,
      excluded_offsets: rows.exclusions?.offsets,
      excluded: rows.exclusions?.excluded,
      losses: rows.losses
    )
    tb_softmax_rows(logits.block, &softmax)
  }

  func exponentiate(
    _ logits: MatrixView,
    shift: Float,
    rowSums: UnsafeMutablePointer<Float>,
    columnSums: UnsafeMutablePointer<Float>
  ) {
    tb_exp_sums(logits.block, shift, rowSums, columnSums)
  }

  func scale(
    _ values: MatrixView,
    rowFactors: UnsafePointer<Float>,
    columnFactors: UnsafePointer<Float>
  ) {
    tb_scale_both(values.block, rowFactors, columnFactors)
  }
}
