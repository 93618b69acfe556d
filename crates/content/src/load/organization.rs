use std::path::Path;

use super::{check_version, source, yaml};
use crate::{ContentProblem, Organization, Report};

pub(super) fn load(root: &Path, report: &mut Report) -> Result<Organization, ContentProblem> {
    let source = source::read_file(root, "organization.yaml")?;
    let organization: Organization = yaml::parse(&source, &source.text, 1)?;
    check_version(&source, organization.version)?;
    if !organization.password_page.starts_with("https://") {
        report.add(source.problem(
            source.line_of_key("password_page"),
            "the password page is not a secure address".to_owned(),
            "Write the address with https:// in front.".to_owned(),
        ));
    }
    Ok(organization)
}
