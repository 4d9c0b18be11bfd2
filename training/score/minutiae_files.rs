//! Folders of minutiae in text and of templates, FVC's by name.

use std::path::{Path, PathBuf};
use vantay::template::Template;

/// All templates of a folder and the folders in it, by name: NAME.csv (see `Template::from_csv`) or NAME.vtyt, or FVC's as
/// `vantay extract --csv` and `--templates` leave them: fvc2002_db1_b/101_1.vtyt is 2002_1_101_1.
pub fn read(folder: &Path) -> Result<Vec<(String, Template)>, Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    find(folder, &mut files)?;
    files.sort();
    files.into_iter().map(|(name, path)| Ok((name, template(&path)?))).collect()
}

fn template(path: &Path) -> Result<Template, Box<dyn std::error::Error>> {
    if path.extension().is_some_and(|e| e == "csv") {
        return Ok(Template::from_csv(&std::fs::read_to_string(path)?)?);
    }
    Ok(Template::from_bytes(&std::fs::read(path)?)?)
}

fn find(folder: &Path, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "csv" || e == "vtyt") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let folder = folder.file_name().unwrap_or_default().to_string_lossy();
            files.push((name(&folder, &stem), path));
        }
    }
    Ok(())
}

/// The name of a finger's file in a folder or set.
pub fn name(folder: &str, stem: &str) -> String {
    let set = folder.strip_prefix("fvc").and_then(|f| f.strip_suffix("_b")?.split_once("_db"));
    set.map_or(stem.to_owned(), |(year, number)| format!("{year}_{number}_{stem}"))
}
