//! Options of `miaas server` for a provider of OpenID Connect.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use miaas_server::{OidcConfig, RoleRule};

use super::backup::phrase;

/// The provider, and who gets which role.
#[derive(Debug, Args)]
pub(crate) struct OidcOptions {
    /// A provider of OpenID Connect that users sign in over, as it names itself; wants --public-url, --oidc-client-id and --oidc-role
    #[arg(long, env = "MIAAS_OIDC_ISSUER", hide_env_values = true, value_name = "URL", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// The id of this server at the provider
    #[arg(long, env = "MIAAS_OIDC_CLIENT_ID", hide_env_values = true, value_name = "ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// The file with the secret of this server at the provider; none for a public client
    #[arg(
        long,
        env = "MIAAS_OIDC_CLIENT_SECRET_FILE",
        hide_env_values = true,
        value_name = "FILE",
        requires = "oidc_issuer"
    )]
    oidc_client_secret_file: Option<PathBuf>,
    /// What the page calls the provider
    #[arg(
        long,
        env = "MIAAS_OIDC_NAME",
        hide_env_values = true,
        value_name = "TEXT",
        default_value = "single sign-on"
    )]
    oidc_name: String,
    /// The claim of the ID token with the roles; dots lead into objects
    #[arg(long, env = "MIAAS_OIDC_ROLE_CLAIM", hide_env_values = true, value_name = "CLAIM", default_value = "roles")]
    oidc_role_claim: String,
    /// Which value of that claim gives which role, for example miaas-admins=admin; *=viewer is for everybody whom the provider lets
    /// in. Given as often as needed, the highest role counts
    #[arg(
        long,
        env = "MIAAS_OIDC_ROLES",
        hide_env_values = true,
        value_name = "VALUE=ROLE",
        value_delimiter = ' ',
        requires = "oidc_issuer"
    )]
    oidc_role: Vec<RoleRule>,
    /// What else to ask the provider for, beside openid and profile
    #[arg(long, value_name = "SCOPE", requires = "oidc_issuer")]
    oidc_scope: Vec<String>,
}

impl OidcOptions {
    /// The provider, when there is one.
    pub(super) fn read(self, has_public_url: bool) -> anyhow::Result<Option<OidcConfig>> {
        let (Some(issuer), Some(client_id)) = (self.oidc_issuer, self.oidc_client_id) else { return Ok(None) };
        ensure!(has_public_url, "--oidc-issuer needs --public-url: the provider sends browsers back there");
        let mut config = OidcConfig::new(issuer, client_id);
        config.client_secret = self.oidc_client_secret_file.as_deref().map(phrase).transpose()?;
        config.name = self.oidc_name;
        config.role_claim = self.oidc_role_claim;
        config.roles = self.oidc_role;
        config.scopes = self.oidc_scope;
        Ok(Some(config))
    }
}
