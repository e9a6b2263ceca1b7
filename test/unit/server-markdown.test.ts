/** What becomes of texts that were never meant as markdown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeBlock, codeSpan, fromDocstring, tableRow } from '../../server/markdown.ts';

describe('markdown of plain texts', () => {
  it('fences a text with more backticks than it holds', () => {
    assert.equal(codeBlock('a ```` b', 'text'), '`````text\na ```` b\n`````');
  });

  it('puts a name with backticks into a span', () => {
    assert.equal(codeSpan('a`b`'), '`` a`b` ``');
  });

  it('keeps bars and line ends of a column name inside its table cell', () => {
    assert.equal(tableRow(['a|b\nc', 'int64']), '| a\\|b c | int64 |');
  });

  it('makes neither pictures nor tags nor named links of what a docstring holds', () => {
    assert.equal(
      fromDocstring('See ![x](https://example.org/x.png) <img src=x> [y](z)'),
      'See \\!\\[x\\](https://example.org/x.png) \\<img src=x\\> \\[y\\](z)',
    );
  });

  it('keeps what is strong, and nothing that only looks so', () => {
    assert.equal(fromDocstring('The **most** of a ** b and *args'), 'The **most** of a \\*\\* b and \\*args');
  });

  it('shows underlined headings in bold', () => {
    assert.equal(
      fromDocstring('Sums.\n\nParameters\n----------\nx : int'),
      'Sums.\n\n**Parameters**\n\nx : int',
    );
  });

  it('shows examples as Python', () => {
    assert.equal(fromDocstring('So:\n\n    >>> f(1)\n    2\n'), 'So:\n\n```python\n>>> f(1)\n2\n```');
  });

  it('shows a block after two colons as code', () => {
    assert.equal(
      fromDocstring('Like this::\n\n    a = [1]\n\nEnd.'),
      'Like this:\n\n```python\na = [1]\n```\n\nEnd.',
    );
  });

  it('shows a code directive as code', () => {
    assert.equal(fromDocstring('.. code-block:: python\n\n   a = 1\n'), '```python\na = 1\n```');
  });

  it('keeps what roles and double backticks name as code', () => {
    assert.equal(fromDocstring('A :class:`~os.PathLike`, ``x``, `y`.'), 'A `os.PathLike`, `x`, `y`.');
  });

  it('keeps the indentation that tells a parameter from its text', () => {
    assert.equal(
      fromDocstring('x : int\n  The *x*.\n  More.'),
      'x : int  \n&nbsp;&nbsp;The \\*x\\*.\n&nbsp;&nbsp;More.',
    );
  });

  it('starts each item of a list on its own line', () => {
    assert.equal(fromDocstring('- a\n- b'), '\\- a  \n\\- b');
  });

  it('cuts a long docstring', () => {
    assert.match(fromDocstring('line\n'.repeat(500)), /line\n\n…$/);
    assert.ok(fromDocstring('x'.repeat(100_000)).length < 5000);
  });
});
