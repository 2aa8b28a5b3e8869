/// A loss curve over three epochs with its chance level, looked at as a picture, light and dark, before it was put here.
let lossCurve = #"""
  <svg xmlns="http://www.w3.org/2000/svg" id="plot-p" viewBox="0 0 720 400" width="720" height="400" role="img" aria-labelledby="plot-p-title plot-p-desc" font-family="system-ui, sans-serif" font-size="12" fill="#333" class="f-text">
   <title id="plot-p-title">Loss</title>
   <desc id="plot-p-desc">A plot.</desc>
   <style>@media screen and (prefers-color-scheme:dark){#plot-p{fill:#c9d1d9}#plot-p .f-paper{fill:#0d1117}#plot-p .f-title{fill:#f0f6fc}#plot-p .f-label{fill:#c0c8d0}#plot-p .f-blue{fill:#4a9fe0}#plot-p .s-paper{stroke:#0d1117}#plot-p .s-edge{stroke:#30363d}#plot-p .s-axis{stroke:#9198a1}#plot-p .s-grid{stroke:#2a313a}#plot-p .s-blue{stroke:#4a9fe0}}</style>
   <rect x="0.5" y="0.5" width="719" height="399" rx="8" fill="#fff" stroke="#d8dee4" class="f-paper s-edge"/>
   <text x="20" y="31" font-size="15" font-weight="600" fill="#1f2328" class="f-title">Loss</text>
   <path d="M63.4 54V344M376.7 54V344M690 54V344M53.4 344H700M53.4 199H700M53.4 54H700" stroke="#e4e4e4" class="s-grid"/>
   <g stroke="#555" class="s-axis">
    <line x1="53.4" y1="344" x2="700" y2="344"/>
   </g>
   <path d="M53.4 199L700 199" fill="none" stroke="#555" stroke-width="1.2" stroke-dasharray="5 4" class="s-axis"/>
   <path d="M63.4 54L376.7 199 690 344" fill="none" stroke="#0072b2" stroke-width="2" stroke-linejoin="round" stroke-dasharray="none" class="s-blue"/>
   <path d="M59.9 54a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0zM373.2 199a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0zM686.5 344a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z" fill="#0072b2" stroke="#fff" stroke-width="1" class="f-blue s-paper"/>
   <g text-anchor="end">
    <text x="45.4" y="348">6</text>
    <text x="45.4" y="203">7</text>
    <text x="45.4" y="58">8</text>
   </g>
   <g text-anchor="middle">
    <text x="63.4" y="362">1</text>
    <text x="376.7" y="362">2</text>
    <text x="690" y="362">3</text>
   </g>
   <g text-anchor="middle" font-size="13" fill="#1f2328" class="f-title">
    <text x="376.7" y="386">epoch</text>
    <text transform="translate(26 199) rotate(-90)">loss</text>
   </g>
   <g font-size="11.5" fill="#444" stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke" class="f-label s-paper">
    <text x="653.2" y="193">chance</text>
   </g>
  </svg>

  """#
