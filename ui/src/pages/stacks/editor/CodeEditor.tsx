import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import classes from './CodeEditor.module.css';
import { type Sources, completionsAt } from './completion';
import type { Mark } from './document';

interface CodeEditorProps {
  /** What stands there at first. */
  initial: string;
  label: string;
  sources: Sources;
  marks: readonly Mark[];
  onChange: (source: string) => void;
}

/** A YAML editor. Tab leaves it, as it leaves every other field (WCAG 2.1.2). */
export function CodeEditor({ initial, label, sources, marks, onChange }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // The editor is made once; what it calls may change.
  const latest = useRef({ sources, onChange });
  useEffect(() => {
    latest.current = { sources, onChange };
  });

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: initial,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          yaml(),
          syntaxHighlighting(classHighlighter),
          lintGutter(),
          autocompletion({ override: [complete] }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    async function complete({
      state,
      pos,
      explicit,
    }: {
      state: EditorState;
      pos: number;
      explicit: boolean;
    }) {
      const { from, suggestions } = await completionsAt(state.doc.toString(), pos, latest.current.sources);
      // At the beginning of a word only who asks is interrupted.
      if (suggestions.length === 0 || (from === pos && !explicit)) return null;
      return {
        from,
        options: suggestions.map(({ label: words, detail, apply }) => ({
          label: words,
          ...(detail && { info: detail }),
          ...(apply && { apply }),
        })),
        validFor: /^[\w.-]*$/,
      };
    }
    view.current = made;
    return () => made.destroy();
    // Another text to begin with is another editor: see `key` where it is used.
  }, [initial, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const length = editor.state.doc.length;
    const found = marks.map(({ from, to, message }) => ({
      from: Math.min(from, length),
      to: Math.min(Math.max(to, from), length),
      severity: 'error' as const,
      message,
    }));
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [marks]);

  return <div ref={host} className={classes.editor} />;
}
