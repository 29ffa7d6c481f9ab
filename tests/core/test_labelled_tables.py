"""Cells that say which column is theirs."""

from core.labelled_tables import labelled

HEADS = "<thead><tr><th>Channel</th><th class='n'>{head}</th></tr></thead>"


def table(head: str, row: str) -> str:
    return labelled(f"{HEADS.format(head=head)}<tbody><tr>{row}</tr></tbody>")


def test_each_cell_says_its_column_and_its_role():
    html = table("Cost", '<th scope="row">Mail</th><td class="n">12</td>')
    assert '<th scope="row" role="rowheader">Mail</th>' in html
    assert '<td class="n" role="cell" data-head="Cost">12</td>' in html
    assert html.count('role="columnheader"') == 2
    assert html.count('role="rowgroup"') == 2
    assert html.count('role="row"') == 2


def test_explanation_of_a_head_is_no_part_of_its_name():
    term = '<dfn><button popovertarget="t">n</button></dfn><span id="t" popover>persons</span>'
    assert 'data-head="n"' in table(term, "<td>Mail</td><td>12</td>")


def test_head_for_a_screen_reader_names_no_cell():
    html = table('<span class="sr">Remove</span>', "<td>Mail</td><td>×</td>")
    assert '<td role="cell">×</td>' in html


def test_name_that_was_escaped_stays_so_and_a_quote_ends_no_attribute():
    html = table('Cost &lt; "100"', "<td>Mail</td><td>12</td>")
    assert 'data-head="Cost &lt; &quot;100&quot;"' in html


def test_cell_over_two_columns_moves_the_next_by_two():
    heads = "<thead><tr><th>A</th><th>B</th><th>C</th></tr></thead>"
    html = labelled(f'{heads}<tbody><tr><td colspan="2">1</td><td>2</td></tr></tbody>')
    assert '<td role="cell" data-head="C">2</td>' in html


def test_row_longer_than_its_head_is_left_without_a_name():
    html = table("Cost", "<td>a</td><td>b</td><td>c</td>")
    assert '<td role="cell">c</td>' in html


def test_cell_of_a_template_that_printed_nothing_is_empty():
    assert '<td role="cell" data-head="Cost"></td>' in table("Cost", "<td>a</td><td>\n  </td>")
