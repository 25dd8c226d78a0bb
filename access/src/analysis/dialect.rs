//! Snowflake's dialect, with a bound on how long the parser may think.
//!
//! Enters: the parser's questions. Leaves: the answers of [`SnowflakeDialect`], until it asked too often; then the one error
//! that every attempt of the parser passes on. Never here: a clock, or a rule of the dialect's own.
//!
//! The parser tries one reading, goes back, and tries another; where such places stand inside one another the time doubles
//! with each. Which places those are changes with its versions, so the work itself is counted.

use std::any::TypeId;
use std::cell::Cell;

use sqlparser::ast::{ColumnOption, Expr, Ident, ObjectNamePart, Statement};
use sqlparser::dialect::{Dialect, SnowflakeDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};

use crate::limits;

/// The dialect for one parse of so many tokens.
#[derive(Debug)]
pub(super) struct Bounded {
    left: Cell<usize>,
}

impl Bounded {
    pub(super) fn new(tokens: usize) -> Self {
        let steps = tokens.saturating_mul(limits::PARSE_STEPS_PER_TOKEN);
        Self {
            left: Cell::new(steps.max(limits::PARSE_STEPS_MIN)),
        }
    }

    /// Takes a step; true if there was none left.
    fn spent(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left == 0
    }
}

/// Asked at the start of every expression, and after every operand: both are counted. All the rest is handed on, whatever
/// [`SnowflakeDialect`] says otherwise than the trait.
impl Dialect for Bounded {
    fn dialect(&self) -> TypeId {
        SnowflakeDialect.dialect()
    }

    fn parse_prefix(&self, _: &mut Parser) -> Option<Result<Expr, ParserError>> {
        self.spent()
            .then_some(Err(ParserError::RecursionLimitExceeded))
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        SnowflakeDialect.is_identifier_start(ch)
    }

    fn supports_projection_trailing_commas(&self) -> bool {
        SnowflakeDialect.supports_projection_trailing_commas()
    }

    fn supports_from_trailing_commas(&self) -> bool {
        SnowflakeDialect.supports_from_trailing_commas()
    }

    fn supports_object_name_double_dot_notation(&self) -> bool {
        SnowflakeDialect.supports_object_name_double_dot_notation()
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        SnowflakeDialect.is_identifier_part(ch)
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        SnowflakeDialect.supports_string_literal_backslash_escape()
    }

    fn supports_within_after_array_aggregation(&self) -> bool {
        SnowflakeDialect.supports_within_after_array_aggregation()
    }

    fn supports_outer_join_operator(&self) -> bool {
        SnowflakeDialect.supports_outer_join_operator()
    }

    fn supports_connect_by(&self) -> bool {
        SnowflakeDialect.supports_connect_by()
    }

    fn supports_execute_immediate(&self) -> bool {
        SnowflakeDialect.supports_execute_immediate()
    }

    fn supports_match_recognize(&self) -> bool {
        SnowflakeDialect.supports_match_recognize()
    }

    fn supports_dictionary_syntax(&self) -> bool {
        SnowflakeDialect.supports_dictionary_syntax()
    }

    fn supports_window_function_null_treatment_arg(&self) -> bool {
        SnowflakeDialect.supports_window_function_null_treatment_arg()
    }

    fn supports_parenthesized_set_variables(&self) -> bool {
        SnowflakeDialect.supports_parenthesized_set_variables()
    }

    fn supports_comment_on(&self) -> bool {
        SnowflakeDialect.supports_comment_on()
    }

    fn supports_extract_comma_syntax(&self) -> bool {
        SnowflakeDialect.supports_extract_comma_syntax()
    }

    fn supports_subquery_as_function_arg(&self) -> bool {
        SnowflakeDialect.supports_subquery_as_function_arg()
    }

    fn supports_create_view_comment_syntax(&self) -> bool {
        SnowflakeDialect.supports_create_view_comment_syntax()
    }

    fn supports_array_typedef_without_element_type(&self) -> bool {
        SnowflakeDialect.supports_array_typedef_without_element_type()
    }

    fn supports_parens_around_table_factor(&self) -> bool {
        SnowflakeDialect.supports_parens_around_table_factor()
    }

    fn supports_values_as_table_factor(&self) -> bool {
        SnowflakeDialect.supports_values_as_table_factor()
    }

    fn parse_statement(&self, parser: &mut Parser) -> Option<Result<Statement, ParserError>> {
        SnowflakeDialect.parse_statement(parser)
    }

    fn parse_column_option(
        &self,
        parser: &mut Parser,
    ) -> Result<Option<Result<Option<ColumnOption>, ParserError>>, ParserError> {
        SnowflakeDialect.parse_column_option(parser)
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        if self.spent() {
            return Some(Err(ParserError::RecursionLimitExceeded));
        }
        SnowflakeDialect.get_next_precedence(parser)
    }

    fn describe_requires_table_keyword(&self) -> bool {
        SnowflakeDialect.describe_requires_table_keyword()
    }

    fn allow_extract_custom(&self) -> bool {
        SnowflakeDialect.allow_extract_custom()
    }

    fn allow_extract_single_quotes(&self) -> bool {
        SnowflakeDialect.allow_extract_single_quotes()
    }

    fn supports_show_like_before_in(&self) -> bool {
        SnowflakeDialect.supports_show_like_before_in()
    }

    fn supports_left_associative_joins_without_parens(&self) -> bool {
        SnowflakeDialect.supports_left_associative_joins_without_parens()
    }

    fn is_reserved_for_identifier(&self, kw: Keyword) -> bool {
        SnowflakeDialect.is_reserved_for_identifier(kw)
    }

    fn supports_partiql(&self) -> bool {
        SnowflakeDialect.supports_partiql()
    }

    fn is_column_alias(&self, kw: &Keyword, parser: &mut Parser) -> bool {
        SnowflakeDialect.is_column_alias(kw, parser)
    }

    fn is_table_alias(&self, kw: &Keyword, parser: &mut Parser) -> bool {
        SnowflakeDialect.is_table_alias(kw, parser)
    }

    fn is_table_factor(&self, kw: &Keyword, parser: &mut Parser) -> bool {
        SnowflakeDialect.is_table_factor(kw, parser)
    }

    fn supports_table_versioning(&self) -> bool {
        SnowflakeDialect.supports_table_versioning()
    }

    fn supports_group_by_expr(&self) -> bool {
        SnowflakeDialect.supports_group_by_expr()
    }

    fn get_reserved_keywords_for_select_item_operator(&self) -> &[Keyword] {
        SnowflakeDialect.get_reserved_keywords_for_select_item_operator()
    }

    fn supports_space_separated_column_options(&self) -> bool {
        SnowflakeDialect.supports_space_separated_column_options()
    }

    fn supports_comma_separated_drop_column_list(&self) -> bool {
        SnowflakeDialect.supports_comma_separated_drop_column_list()
    }

    fn is_identifier_generating_function_name(
        &self,
        ident: &Ident,
        name_parts: &[ObjectNamePart],
    ) -> bool {
        SnowflakeDialect.is_identifier_generating_function_name(ident, name_parts)
    }

    fn supports_select_expr_star(&self) -> bool {
        SnowflakeDialect.supports_select_expr_star()
    }

    fn supports_select_wildcard_exclude(&self) -> bool {
        SnowflakeDialect.supports_select_wildcard_exclude()
    }

    fn supports_semantic_view_table_factor(&self) -> bool {
        SnowflakeDialect.supports_semantic_view_table_factor()
    }

    fn supports_select_wildcard_replace(&self) -> bool {
        SnowflakeDialect.supports_select_wildcard_replace()
    }

    fn supports_select_wildcard_ilike(&self) -> bool {
        SnowflakeDialect.supports_select_wildcard_ilike()
    }

    fn supports_select_wildcard_rename(&self) -> bool {
        SnowflakeDialect.supports_select_wildcard_rename()
    }

    fn supports_lambda_functions(&self) -> bool {
        SnowflakeDialect.supports_lambda_functions()
    }

    fn supports_comma_separated_trim(&self) -> bool {
        SnowflakeDialect.supports_comma_separated_trim()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use sqlparser::parser::{Parser, ParserError};

    use super::Bounded;
    use crate::analysis::tokens::Text;

    fn parsed(text: &str) -> (Result<(), ParserError>, usize, usize) {
        let tokens = Text::read(text).expect("tokens").tokens.clone();
        let dialect = Bounded::new(tokens.len());
        let before = dialect.left.get();
        let mut parser = Parser::new(&dialect).with_tokens_with_locations(tokens);
        let result = parser.parse_statement().map(drop);
        (result, before, dialect.left.get())
    }

    #[test]
    fn a_parse_without_steps_left_ends_in_the_error_nothing_goes_back_from() {
        let dialect = Bounded { left: Cell::new(3) };
        let mut parser = Parser::new(&dialect)
            .try_with_sql("SELECT CAST(a AS INT) + b + c + d")
            .expect("tokens");
        let result = parser.parse_statement().map(drop);
        assert_eq!(result, Err(ParserError::RecursionLimitExceeded));
    }

    #[test]
    fn honest_statements_leave_most_of_the_steps() {
        let columns: Vec<String> = (0..5_000)
            .map(|n| {
                format!(
                    "NVL(t.c{n}:a.b[0]::STRING, CASE WHEN x = {n} THEN (y + 1) * 2 END) AS c{n}"
                )
            })
            .collect();
        let wide = format!(
            "SELECT {} FROM t WHERE a IN (SELECT b FROM u)",
            columns.join(", ")
        );
        for text in ["SELECT 1", wide.as_str()] {
            let (result, before, left) = parsed(text);
            assert_eq!(result, Ok(()));
            assert!(left > before / 10 * 8, "{left} of {before} are left");
        }
    }
}
