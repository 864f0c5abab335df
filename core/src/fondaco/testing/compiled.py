"""Every template compiled: what the server of forks has, all forks have."""

from fondaco.app import static_folder
from fondaco.hall import load_registry
from fondaco.hooks.loader import discover
from fondaco.settings import Settings
from fondaco.web.assets import Assets
from fondaco.web.catalogues import template_folders
from fondaco.web.templating import page_environment

_folders = template_folders(load_registry(Settings(), discover()[0]))
_environment = page_environment(Assets(static_folder()), {}, _folders)
for _name in _environment.list_templates():
    _environment.get_template(_name)
