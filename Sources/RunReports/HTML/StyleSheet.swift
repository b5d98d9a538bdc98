import Drawing

/// The style of pages, light and dark, on narrow and wide screens.
enum StyleSheet {
  /// The rules.
  static let text = """
    :root { color-scheme: light dark; --paper: \(Paint.paper.light); --ink: \(Paint.ink.light); \
    --muted: \(Paint.muted.light); --line: #d0d7de; --soft: #f6f8fa; --link: \(Paint.series(0).light); \
    --right: 5 80 174; --wrong: 188 76 0; --strong: #ffffff; }
    @media (prefers-color-scheme: dark) { :root { --paper: \(Paint.paper.dark); --ink: \(Paint.ink.dark); \
    --muted: \(Paint.muted.dark); --line: #30363d; --soft: #161b22; --link: \(Paint.series(0).dark); \
    --right: 31 111 235; --wrong: 189 86 29; --strong: #ffffff; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 1200px; padding: 0 16px 48px; background: var(--paper); color: var(--ink); \
    font: 16px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 32px 0 8px; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 40px 0 12px; padding-top: 8px; border-top: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 24px 0 8px; overflow-wrap: anywhere; }
    p { margin: 8px 0 12px; max-width: 72ch; overflow-wrap: anywhere; }
    a { color: var(--link); }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    .skip { position: absolute; left: -9999px; }
    .skip:focus { left: 16px; top: 8px; background: var(--paper); padding: 4px 8px; }
    nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 16px 0 0; padding: 0; }
    .note { border-left: 3px solid rgb(var(--wrong)); padding: 4px 12px; background: var(--soft); }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 16px 0; }
    .figures div { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; }
    .figures dt { color: var(--muted); font-size: 0.85rem; }
    .figures dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .scroll { overflow: auto; max-width: 100%; margin: 12px 0; }
    .scroll:has(.dense) { max-height: 85vh; }
    .narrow { display: none; }
    @media (max-width: 600px) { .wide { display: none; } .narrow { display: block; } \
    .matrix tbody th { white-space: normal; } }
    table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 4px 10px; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
    th { font-weight: 600; }
    .number { text-align: right; }
    thead th { position: sticky; top: 0; background: var(--paper); z-index: 1; vertical-align: bottom; }
    tbody th { position: sticky; left: 0; background: var(--paper); max-width: 45vw; overflow: hidden; \
    text-overflow: ellipsis; }
    thead th:first-child { left: 0; z-index: 2; }
    .matrix { border-collapse: separate; border-spacing: 1px; font-size: 0.85rem; }
    .matrix th, .matrix td { border: 0; padding: 2px 6px; text-align: right; }
    .matrix td { min-width: 34px; height: 30px; background: var(--soft); }
    .matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-height: 240px; \
    overflow: hidden; display: inline-block; vertical-align: bottom; }
    .matrix thead th { text-align: center; }
    .matrix .right { background: rgb(var(--right) / var(--share)); }
    .matrix .wrong { background: rgb(var(--wrong) / var(--share)); }
    .matrix .strong { color: var(--strong); }
    .dense { font-size: 0.7rem; }
    .dense td { min-width: 20px; height: 20px; padding: 0 3px; }
    .dense th { padding: 0 4px; }
    .images { display: flex; flex-wrap: wrap; gap: 12px; padding: 0; margin: 8px 0 16px; list-style: none; }
    .images li { width: 128px; }
    figure { margin: 0; }
    figure img { display: block; width: 84px; height: 84px; object-fit: contain; border: 1px solid var(--line); \
    background: #000; }
    .maps { display: flex; flex-wrap: wrap; gap: 16px 32px; padding: 0; margin: 8px 0 16px; list-style: none; }
    .maps li { display: flex; gap: 8px; }
    .maps figure { width: 104px; }
    .maps img { width: 104px; height: 104px; }
    .small { image-rendering: pixelated; }
    figcaption { font-size: 0.8rem; line-height: 1.35; overflow-wrap: anywhere; margin-top: 4px; }
    figcaption span { display: block; }
    .muted { color: var(--muted); }
    pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow: auto; \
    font-size: 0.85rem; line-height: 1.45; }
    details { margin: 12px 0; }
    summary { cursor: pointer; color: var(--link); }
    @media print { nav, .skip { display: none; } .scroll { max-height: none; overflow: visible; } }
    """
}
