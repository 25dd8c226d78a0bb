//! Scalar functions over recorded lists: `pick(list, 'separator', 'field', …)`, `touches(tables, 'name')`,
//! `uses(columns, reads, writes)`, and those of `deliveries`, `quorum`, `tables` and `tokens`.
//!
//! Enters: lists of structs or texts. Leaves: lists of texts, booleans. Never here: DataFusion's own lambdas, which lose their column when
//! a plan above them is pruned.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, ListArray, StringArray, StringBuilder, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

mod deliveries;
mod quorum;
mod tables;
mod tokens;
mod words;

pub(crate) use tables::uses_table;

/// The functions.
pub(crate) fn all() -> [ScalarUDF; 10] {
    let any = || Signature::variadic_any(Volatility::Immutable);
    let [sum_once, is_whole] = deliveries::all();
    let [touches, uses_table] = tables::all();
    [
        sum_once,
        is_whole,
        quorum::function(),
        ScalarUDF::new_from_impl(Pick { signature: any() }),
        touches,
        uses_table,
        words::function(),
        uses(),
        tokens::function(),
        archive::sealed::has_token(),
    ]
}

/// `uses(columns, reads, writes)`.
pub(crate) fn uses() -> ScalarUDF {
    ScalarUDF::new_from_impl(Uses {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

/// The named fields of each struct, as text, joined.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Pick {
    signature: Signature,
}

impl ScalarUDFImpl for Pick {
    fn name(&self) -> &'static str {
        "pick"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments.first() {
            Some(DataType::List(item)) if matches!(item.data_type(), DataType::Struct(_)) => {
                Ok(DataType::new_list(DataType::Utf8, true))
            }
            _ => exec_err!("pick takes a list of rows, a separator and names of fields"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let list = list_of(&arguments, 0)?;
        let mut words = arguments.args.iter().skip(1).map(constant);
        let separator = words.next().transpose()?.unwrap_or_default();
        let names = words.collect::<Result<Vec<_>>>()?;
        let items = list
            .values()
            .as_struct_opt()
            .ok_or_else(|| exec_datafusion_err!("pick takes a list of rows"))?;
        let picked = joined(items, &separator, &names)?;
        let field = Arc::new(Field::new_list_field(DataType::Utf8, true));
        let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
        let picked = ListArray::try_new(field, offsets, Arc::new(picked), nulls)?;
        Ok(ColumnarValue::Array(Arc::new(picked)))
    }
}

fn joined(items: &StructArray, separator: &str, names: &[String]) -> Result<StringArray> {
    let columns = names
        .iter()
        .map(|name| {
            let column = items
                .column_by_name(name)
                .ok_or_else(|| exec_datafusion_err!("there is no field {name}"))?;
            Ok(cast(column, &DataType::Utf8)?)
        })
        .collect::<Result<Vec<ArrayRef>>>()?;
    let texts: Vec<&StringArray> = columns
        .iter()
        .filter_map(|column| column.as_string_opt::<i32>())
        .collect();
    let mut out = StringBuilder::new();
    for row in 0..items.len() {
        if items.is_null(row) {
            out.append_null();
            continue;
        }
        let parts = texts.iter().filter(|text| text.is_valid(row));
        let parts: Vec<&str> = parts.map(|text| text.value(row)).collect();
        out.append_value(parts.join(separator));
    }
    Ok(out.finish())
}

/// Column uses, and one with no column for each table read or written of which no column is named.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Uses {
    signature: Signature,
}

impl Uses {
    fn fields() -> Fields {
        let text = |name| Field::new(name, DataType::Utf8, true);
        Fields::from(vec![text("table"), text("column"), text("usage")])
    }
}

impl ScalarUDFImpl for Uses {
    fn name(&self) -> &'static str {
        "uses"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::List(_), DataType::List(_), DataType::List(_)] => {
                Ok(DataType::new_list(DataType::Struct(Self::fields()), true))
            }
            _ => exec_err!("uses takes column uses, tables read and tables written"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = list_of(&arguments, 0)?;
        let reads = list_of(&arguments, 1)?;
        let writes = list_of(&arguments, 2)?;
        let mut out = UsesBuilder::default();
        for row in 0..arguments.number_rows {
            let columns = (!columns.is_null(row)).then(|| columns.value(row));
            out.add_columns(columns.as_ref())?;
            for (tables, usage) in [(&reads, "read"), (&writes, "write")] {
                let tables = (!tables.is_null(row)).then(|| tables.value(row));
                out.add_tables(tables.as_ref(), usage)?;
            }
            out.end_row();
        }
        Ok(ColumnarValue::Array(out.finish()?))
    }
}

#[derive(Default)]
struct UsesBuilder {
    table: StringBuilder,
    column: StringBuilder,
    usage: StringBuilder,
    lengths: Vec<usize>,
    /// Items of the current row, and the tables its columns named.
    length: usize,
    named: HashSet<String>,
}

impl UsesBuilder {
    fn add_columns(&mut self, items: Option<&ArrayRef>) -> Result<()> {
        let Some(items) = items.and_then(|items| items.as_struct_opt()) else {
            return Ok(());
        };
        let text = |name: &str| match items.column_by_name(name) {
            Some(column) => Ok(cast(column, &DataType::Utf8)?),
            None => exec_err!("there is no field {name}"),
        };
        let (tables, columns, usages) = (text("table")?, text("column")?, text("usage")?);
        let rows = tables.as_string::<i32>().iter();
        let rows = rows
            .zip(columns.as_string::<i32>())
            .zip(usages.as_string::<i32>());
        for ((table, column), usage) in rows {
            self.table.append_option(table);
            self.column.append_option(column);
            self.usage.append_option(usage);
            self.named.extend(table.map(str::to_owned));
            self.length += 1;
        }
        Ok(())
    }

    fn add_tables(&mut self, tables: Option<&ArrayRef>, usage: &str) -> Result<()> {
        let Some(tables) = tables else {
            return Ok(());
        };
        let tables = cast(tables, &DataType::Utf8)?;
        for table in tables.as_string::<i32>().iter().flatten() {
            if !self.named.contains(table) {
                self.table.append_value(table);
                self.column.append_null();
                self.usage.append_value(usage);
                self.length += 1;
            }
        }
        Ok(())
    }

    fn end_row(&mut self) {
        self.lengths.push(std::mem::take(&mut self.length));
        self.named.clear();
    }

    fn finish(mut self) -> Result<ArrayRef> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.table.finish()),
            Arc::new(self.column.finish()),
            Arc::new(self.usage.finish()),
        ];
        let items = StructArray::try_new(Uses::fields(), columns, None)?;
        let field = Field::new_list_field(DataType::Struct(Uses::fields()), true);
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        let list = ListArray::try_new(Arc::new(field), offsets, Arc::new(items), None)?;
        Ok(Arc::new(list))
    }
}

fn list_of(arguments: &ScalarFunctionArgs, index: usize) -> Result<ListArray> {
    let array = match arguments.args.get(index) {
        Some(value) => value.to_array(arguments.number_rows)?,
        None => return exec_err!("a list is missing"),
    };
    let list = array.as_list_opt::<i32>();
    list.cloned()
        .ok_or_else(|| exec_datafusion_err!("argument {} must be a list", index + 1))
}

fn constant(value: &ColumnarValue) -> Result<String> {
    match value {
        ColumnarValue::Scalar(text) => text.try_as_str().flatten().map(str::to_owned),
        ColumnarValue::Array(_) => None,
    }
    .ok_or_else(|| exec_datafusion_err!("names must be constant texts"))
}
